// Matrices of 8×8 f32 held by a whole subgroup: part of the product C = A·B over the workgroup array `tile` of the
// including file. Offsets and strides are in elements and the same for all lanes. Chromium's experimental extension; no
// software adapter has it, so the tests put plain loops in the place of this file.
// https://github.com/gpuweb/gpuweb/issues/4195
alias Left = subgroup_matrix_left<f32, 8, 8>;
alias Right = subgroup_matrix_right<f32, 8, 8>;
alias Sum = subgroup_matrix_result<f32, 8, 8>;

// Element (row, k) at tile[at + row·stride + k].
fn load_left(at: u32, stride: u32) -> Left { return subgroupMatrixLoad<Left, row_major>(&tile, at, stride); }
// Element (k, column) at tile[at + column·stride + k].
fn load_right(at: u32, stride: u32) -> Right { return subgroupMatrixLoad<Right, col_major>(&tile, at, stride); }
fn multiply_add(l: Left, r: Right, sum: Sum) -> Sum { return subgroupMatrixMultiplyAccumulate(l, r, sum); }
// Element (row, column) to tile[at + row·stride + column].
fn store_sum(at: u32, sum: Sum, stride: u32) { subgroupMatrixStore<row_major>(&tile, at, sum, stride); }
