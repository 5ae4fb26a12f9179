local a, b = ...
b = -a
b = ~a
b = not a
b = #a
b = - - a
b = not not a
b = -a.x
