// The two layers over the scan, made here from what the service answered: the mask at any threshold, and bands of distance.

export interface Band { text: string; colour: [number, number, number] }

/** Label 0 is nothing; label n is bands[n - 1]. From deep inside to outside, in millimetres. */
export const bands: Band[] = [
  { text: 'inside, deeper than 10', colour: [38, 70, 140] },
  { text: 'inside, 5 to 10', colour: [58, 116, 190] },
  { text: 'inside, 2 to 5', colour: [108, 170, 222] },
  { text: 'inside, up to 2', colour: [190, 222, 244] },
  { text: 'outside, up to 2', colour: [253, 224, 140] },
  { text: 'outside, 2 to 5', colour: [245, 158, 66] },
  { text: 'outside, 5 to 10', colour: [196, 84, 30] },
]

const ends = [-10, -5, -2, 0, 2, 5, 10]

/** Writes the band of each voxel of a signed distance in millimetres, negative inside. */
export function writeBands(distance: Float32Array, labels: Uint8Array): void {
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const mm = distance[voxel]!
    let band = 0
    while (band < ends.length && mm >= ends[band]!) band++
    labels[voxel] = band < ends.length && mm > -Infinity ? band + 1 : 0
  }
}

/** Writes the voxels whose probability is above a threshold; returns how many there are. */
export function writeAbove(probability: Float32Array, threshold: number, labels: Uint8Array): number {
  let count = 0
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const isAbove = probability[voxel]! > threshold
    labels[voxel] = isAbove ? 1 : 0
    if (isAbove) count++
  }
  return count
}
