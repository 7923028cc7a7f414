/** Stands in for the decoders of Zarr, which the service never sends. */
export default class NoCodec {
  static fromConfig(): never {
    throw new Error('This page reads no Zarr.')
  }
}
