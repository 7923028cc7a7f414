// Where the voxels of a NIfTI file lie in the patient, as the service has it: by the sform where there is one, else by the qform, in millimetres.

// Where a header has its fields, and how it has its numbers.
const layouts = {
  348: { pixdim: 76, units: 123, codes: 252, quaternion: 256, offset: 268, rows: 280, bytes: 4 },
  540: { pixdim: 104, units: 500, codes: 344, quaternion: 352, offset: 376, rows: 400, bytes: 8 },
} as const
const units: Record<number, number> = { 1: 1000, 3: 0.001 }

/**
 * The file of a result, unpacked, with a header that all readers take alike: an sform in millimetres, the edges that it has, and nothing else. NiiVue would go by
 * the qform where its code is the higher, take any unit for millimetres, and have no orientation at all of a quaternion that rounding made longer than 1.
 */
export async function placed(file: ArrayBuffer): Promise<ArrayBuffer> {
  const content = await new Response(new Blob([file]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
  const view = new DataView(content)
  const at = layouts[view.getInt32(0, true) as keyof typeof layouts]
  const isLarge = at.bytes === 8
  const number = (start: number, index: number) => (isLarge ? view.getFloat64(start + index * 8, true) : view.getFloat32(start + index * 4, true))
  const write = (start: number, index: number, value: number) => (isLarge ? view.setFloat64(start + index * 8, value, true) : view.setFloat32(start + index * 4, value, true))
  const code = (index: number) => (isLarge ? view.getInt32(at.codes + index * 4, true) : view.getInt16(at.codes + index * 2, true))
  const writeCode = (index: number, value: number) => (isLarge ? view.setInt32(at.codes + index * 4, value, true) : view.setInt16(at.codes + index * 2, value, true))

  const three = (start: number) => [0, 1, 2].map((index) => number(start, index))
  const pixdim = [0, 1, 2, 3].map((index) => number(at.pixdim, index))
  const unit = view.getUint8(at.units)
  const scale = units[unit & 7] ?? 1
  const rows = (code(1) > 0 ? Array.from({ length: 12 }, (_, index) => number(at.rows, index)) : qform(three(at.quaternion), three(at.offset), pixdim)).map((entry) => entry * scale)

  rows.forEach((entry, index) => write(at.rows, index, entry))
  for (const axis of [0, 1, 2]) write(at.pixdim, axis + 1, Math.hypot(rows[axis]!, rows[4 + axis]!, rows[8 + axis]!))
  view.setUint8(at.units, (unit & ~7) | 2)
  writeCode(0, 0)
  writeCode(1, 1)
  return content
}

// nifti1.h, "method 2"; a quaternion that rounding made longer than 1 is made as long as that.
function qform(quaternion: number[], offset: number[], pixdim: number[]): number[] {
  const excess = Math.max(1, Math.hypot(...quaternion))
  const [b, c, d] = quaternion.map((part) => part / excess) as [number, number, number]
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d))
  const [x, y, z] = [pixdim[1]!, pixdim[2]!, pixdim[0]! < 0 ? -pixdim[3]! : pixdim[3]!]
  return [
    (a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * z, offset[0]!,
    2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * z, offset[1]!,
    2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - b * b - c * c) * z, offset[2]!,
  ]
}
