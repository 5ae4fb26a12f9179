-- Embedded without line numbers.
return function() error("stripped") end
