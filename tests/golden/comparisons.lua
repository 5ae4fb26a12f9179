local a, b = ...
if a == b then f() end
if a ~= b then f() end
if a < b then f() end
if a <= b then f() end
if a > b then f() end
if a >= b then f() end
if not (a < b) then f() end
