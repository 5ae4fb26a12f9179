local a = ...
if a == nil then f() end
if a ~= "text" then f() end
if 1 == a then f() end
if a < 1 then f() end
if a <= 1.5 then f() end
if a > 1 then f() end
if a >= 1 then f() end
if 1 < a then f() end
if 1 >= a then f() end
if a < "text" then f() end
