-- Embedded as text.
return function() error("text") end
