return {
  square = function(side) return { width = side, height = side } end,
}
