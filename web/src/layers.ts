// What lies over the scan, a byte for each voxel, which the graphics card interpolates: the boundary is where it passes the middle, between 127 and 128.

export interface Band { text: string; colour: [number, number, number]; end: number }

/** From deep inside to outside; each up to its end, in millimetres. */
export const bands: Band[] = [
  { text: 'inside, deeper than 10', colour: [44, 62, 145], end: -10 },
  { text: 'inside, 5 to 10', colour: [62, 113, 196], end: -5 },
  { text: 'inside, 2 to 5', colour: [104, 170, 226], end: -2 },
  { text: 'inside, up to 2', colour: [188, 224, 246], end: 0 },
  { text: 'outside, up to 2', colour: [255, 232, 150], end: 2 },
  { text: 'outside, 2 to 5', colour: [252, 176, 78], end: 5 },
  { text: 'outside, 5 to 10', colour: [224, 104, 44], end: 10 },
]

const middle = 127.5

/** Bytes for a millimetre: a band of 12.7 mm on both sides. */
export const bytesPerMillimetre = 10

// Never on the other side of the boundary by rounding.
const inside = (value: number) => Math.max(128, Math.min(255, Math.round(value)))
const outside = (value: number) => Math.min(127, Math.max(0, Math.round(value)))

/** Writes a signed distance in millimetres, negative inside. */
export function writeDistance(distance: Float32Array, bytes: Uint8Array): void {
  for (let voxel = 0; voxel < bytes.length; voxel++) {
    const value = middle + distance[voxel]! * bytesPerMillimetre
    bytes[voxel] = distance[voxel]! < 0 ? outside(value) : inside(value)
  }
}

/** Writes a mask: its boundary between the middles of voxels where the probability has it, as the surface has; half-way where there is none. */
export function writeMask(mask: Uint8Array, probability: Float32Array | undefined, threshold: number, bytes: Uint8Array): void {
  for (let voxel = 0; voxel < bytes.length; voxel++) {
    const difference = probability ? probability[voxel]! - threshold : mask[voxel]! > 0 ? 1 : -1

    // What is above and not in the mask was taken away.
    bytes[voxel] = mask[voxel]! > 0 ? inside(middle + difference * 255) : difference > 0 ? 0 : outside(middle + difference * 255)
  }
}

/** How far apart the bytes of labels lie: the first has this one, the second twice as much. */
export const labelStep = 15

// By plain loops over what has a length already, here and below: TypedArray.from makes a list of objects first, which takes seconds for the voxels of a usual scan, and
// which the browser ends the tab for at those of the largest that the service takes.

/** Numbers the labels of a mask, the first with 1; what is no label's has 0. Of one label its value is not asked for. */
export function numbered(mask: Uint8Array, values: number[]): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256)
  if (values.length < 2) table.fill(1, 1)
  else values.forEach((value, index) => { table[value] = index + 1 })
  const numbers = new Uint8Array(mask.length)
  for (let voxel = 0; voxel < mask.length; voxel++) numbers[voxel] = table[mask[voxel]!]!
  return numbers
}

/** The voxels that have a number, as a mask. */
export function only(numbers: Uint8Array, number: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(numbers.length)
  for (let voxel = 0; voxel < numbers.length; voxel++) mask[voxel] = numbers[voxel] === number ? 1 : 0
  return mask
}

/** Writes numbered labels. */
export function writeLabels(numbers: Uint8Array, bytes: Uint8Array): void {
  for (let voxel = 0; voxel < bytes.length; voxel++) bytes[voxel] = numbers[voxel]! * labelStep
}

/** How many voxels are in a mask. */
export function countOf(mask: Uint8Array): number {
  let count = 0
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel]! > 0) count++
  return count
}

/** The middle of a mask, in voxels of a grid; null where there is nothing in it. */
export function middleOf(mask: Uint8Array, width: number, height: number): [number, number, number] | null {
  let [count, x, y, z] = [0, 0, 0, 0]
  for (let voxel = 0; voxel < mask.length; voxel++) {
    if (mask[voxel] === 0) continue
    count++
    x += voxel % width
    y += Math.floor(voxel / width) % height
    z += Math.floor(voxel / width / height)
  }
  return count > 0 ? [x / count, y / count, z / count] : null
}

/** The triangles of a binary STL file whose attribute bytes have a label's value, as a file of their own. */
export function trianglesOf(stl: ArrayBuffer, value: number): ArrayBuffer {
  const [header, triangle] = [84, 50]
  const view = new DataView(stl)
  const end = stl.byteLength - triangle
  const isOwn = (at: number) => view.getUint16(at + 48, true) === value
  let count = 0
  for (let at = header; at <= end; at += triangle) if (isOwn(at)) count++
  const own = new Uint8Array(header + count * triangle)
  own.set(new Uint8Array(stl, 0, header))
  new DataView(own.buffer).setUint32(80, count, true)
  for (let at = header, next = header; at <= end; at += triangle) {
    if (!isOwn(at)) continue
    own.set(new Uint8Array(stl, at, triangle), next)
    next += triangle
  }
  return own.buffer
}

/** The volumes of a NIfTI file with one for each label, without a copy. */
export const volumesOf = (all: Float32Array, voxels: number): Float32Array[] =>
  Array.from({ length: Math.floor(all.length / voxels) }, (_, index) => all.subarray(index * voxels, (index + 1) * voxels))

/** The voxels where a label's probability is above a threshold and the highest of all labels', of equals the first's, as the service has it. */
export function above(probabilities: Float32Array[], index: number, threshold: number): Uint8Array<ArrayBuffer> {
  const own = probabilities[index]!
  const mask = new Uint8Array(own.length)
  for (let voxel = 0; voxel < own.length; voxel++) mask[voxel] = own[voxel]! > threshold ? 1 : 0
  probabilities.forEach((other, rank) => {
    if (rank < index) for (let voxel = 0; voxel < own.length; voxel++) mask[voxel]! &= other[voxel]! < own[voxel]! ? 1 : 0
    else if (rank > index) for (let voxel = 0; voxel < own.length; voxel++) mask[voxel]! &= other[voxel]! <= own[voxel]! ? 1 : 0
  })
  return mask
}
