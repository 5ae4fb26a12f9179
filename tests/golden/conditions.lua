local a, b, c = ...
if a then f() end
if not a then f() end
if a and b then f() end
if a or b then f() end
if a and (b or not c) then f() end
if a then f() elseif b then g() else h() end
if nil then f() else g() end
if 1 then f() else g() end
if a then return 1 else return 2 end
