-- Each kind of constant takes one instruction.
local i, f, n, m = 7, -3.0, nil, nil
local yes, no = true, false
local big, fraction, text = 100000, 0.5, "text"
local negative_zero = -0.0
local copy = i
i, f = f, i
