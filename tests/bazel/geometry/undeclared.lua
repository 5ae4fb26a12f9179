-- In no library: nothing that Bazel runs may find it.
return true
