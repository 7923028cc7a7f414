// Shows a scan with what was found in it: three planes and the surface, by NiiVue.
import { MULTIPLANAR_TYPE, Niivue, NVImage, NVMesh, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue'
import { bands, writeAbove, writeBands } from './layers'
import { sliceShader } from './sliceShader'

export type Layer = 'mask' | 'bands' | 'none'
export type View = 'all' | 'axial' | 'coronal' | 'sagittal' | 'surface'
export interface Parts { image: ArrayBuffer; segmentation: ArrayBuffer; probability?: ArrayBuffer; distance?: ArrayBuffer; surface?: ArrayBuffer }

const views = { all: SLICE_TYPE.MULTIPLANAR, axial: SLICE_TYPE.AXIAL, coronal: SLICE_TYPE.CORONAL, sagittal: SLICE_TYPE.SAGITTAL, surface: SLICE_TYPE.RENDER }
const outlinePixels = 1.25
const volumeName = 'volume.nii.gz'

export class Viewer {
  private readonly niivue: Niivue
  private image?: NVImage
  private overlay?: NVImage
  private mask = new Uint8Array()
  private shownMask = new Uint8Array()
  private bandLabels?: Uint8Array
  private probability?: Float32Array
  private layer: Layer = 'mask'
  private hasOutline = true
  private colour: [number, number, number] = [61, 193, 255]

  /** Called with the position of each plane, 0 to its number of slices − 1, whenever it moves. */
  onMove: (slices: number[]) => void = () => {}

  private constructor() {
    this.niivue = new Niivue({
      // Radiologists look at a patient from the feet: his left is at the right.
      isRadiologicalConvention: true,
      multiplanarShowRender: SHOW_RENDER.ALWAYS,
      multiplanarLayout: MULTIPLANAR_TYPE.GRID,
      multiplanarPadPixels: 4,
      backColor: [0.04, 0.055, 0.07, 1],
      crosshairColor: [0.85, 0.9, 0.95, 0.55],
      fontColor: [0.75, 0.8, 0.85, 1],
      clipPlaneColor: [0, 0, 0, 0],
      crosshairWidth: 1,
      show3Dcrosshair: false,
      meshThicknessOn2D: 0,
      dragAndDropEnabled: false,
      isColorbar: false,
      logLevel: 'error',
      viewModeHotKey: '',
      clipPlaneHotKey: '',
      cycleClipPlaneHotKey: '',
    })
  }

  /** @throws where the browser has no WebGL 2. */
  static async on(canvas: HTMLCanvasElement): Promise<Viewer> {
    const viewer = new Viewer()
    await viewer.niivue.attachToCanvas(canvas, true)
    viewer.niivue.setCustomSliceShader(sliceShader)
    viewer.niivue.onLocationChange = () => viewer.onMove(viewer.slices)
    return viewer
  }

  /** Shows a scan in place of the one before. */
  async show(parts: Parts, colour: string | null | undefined): Promise<void> {
    this.clear()
    this.colour = rgb(colour) ?? this.colour
    const image = await read(parts.image, volumeName, 'gray')
    const overlay = await read(parts.segmentation, volumeName, 'gray')
    this.image = image
    this.overlay = overlay
    this.mask = Uint8Array.from(overlay.img as Uint8Array, (label) => (label > 0 ? 1 : 0))
    this.shownMask = this.mask
    this.probability = parts.probability && (await floats(parts.probability))
    if (parts.distance) {
      this.bandLabels = new Uint8Array(this.mask.length)
      writeBands(await floats(parts.distance), this.bandLabels)
    }

    overlay.img = new Uint8Array(this.mask)
    this.niivue.addVolume(image)
    this.niivue.addVolume(overlay)
    if (parts.surface && parts.surface.byteLength > 84)
      this.niivue.addMesh(await NVMesh.readMesh(parts.surface, 'surface.stl', this.niivue.gl, 1, new Uint8Array([...this.colour, 255])))

    // The surface alone in the fourth view: a plane in front of it all cuts the scan away.
    this.niivue.setClipPlane([-2, 0, 0])
    this.paint()
    this.goToMask()
  }

  clear(): void {
    for (const mesh of [...this.niivue.meshes]) this.niivue.removeMesh(mesh)
    for (const volume of [...this.niivue.volumes].reverse()) this.niivue.removeVolume(volume)
    this.image = this.overlay = this.bandLabels = this.probability = undefined
  }

  get hasProbability(): boolean { return this.probability !== undefined }
  get hasBands(): boolean { return this.bandLabels !== undefined }

  /** Slices from left to right, from back to front, from feet to head. */
  get counts(): number[] { return this.image?.dimsRAS?.slice(1, 4) ?? [1, 1, 1] }
  get slices(): number[] { return this.counts.map((count, axis) => Math.min(count - 1, Math.floor(this.niivue.scene.crosshairPos[axis]! * count))) }

  goTo(axis: number, slice: number): void {
    this.niivue.scene.crosshairPos[axis] = (slice + 0.5) / this.counts[axis]!
    this.niivue.createOnLocationChange()
    this.niivue.drawScene()
  }

  /** Shows what is above a threshold; returns its volume in millilitres. Null shows what the service answered. */
  setThreshold(threshold: number | null): number {
    let voxels = 0
    if (threshold === null || !this.probability) {
      this.shownMask = this.mask
      for (const label of this.mask) voxels += label
    } else {
      this.shownMask = new Uint8Array(this.mask.length)
      voxels = writeAbove(this.probability, threshold, this.shownMask)
    }
    this.paint()
    const size = this.image?.hdr?.pixDims ?? [0, 1, 1, 1]
    return (voxels * Math.abs(size[1]! * size[2]! * size[3]!)) / 1000
  }

  setLayer(layer: Layer): void { this.layer = layer; this.paint() }
  setOutline(isOn: boolean): void { this.hasOutline = isOn; this.paint() }
  setFill(opacity: number): void { this.niivue.overlayAlphaShader = opacity; this.niivue.drawScene() }
  setView(view: View): void { this.niivue.setSliceType(views[view]) }

  private paint(): void {
    const overlay = this.overlay
    if (!overlay) return
    const labels = this.layer === 'bands' && this.bandLabels ? this.bandLabels : this.shownMask
    const colours = this.layer === 'bands' ? bands.map((band) => band.colour) : [this.colour]
    ;(overlay.img as Uint8Array).set(labels)
    overlay.opacity = this.layer === 'none' ? 0 : 1
    overlay.setColormapLabel({
      R: [0, ...colours.map((colour) => colour[0])],
      G: [0, ...colours.map((colour) => colour[1])],
      B: [0, ...colours.map((colour) => colour[2])],
      A: [0, ...colours.map(() => 255)],
      I: [0, ...colours.map((_, index) => index + 1)],
    })
    this.niivue.overlayOutlineWidth = this.hasOutline && this.layer === 'mask' ? outlinePixels : 0
    this.niivue.updateGLVolume()
  }

  // To the middle of what was found.
  private goToMask(): void {
    const image = this.image!
    const [width, height] = [image.hdr!.dims[1]!, image.hdr!.dims[2]!]
    const sum = [0, 0, 0]
    let count = 0
    this.mask.forEach((label, index) => {
      if (label === 0) return
      sum[0]! += index % width
      sum[1]! += Math.floor(index / width) % height
      sum[2]! += Math.floor(index / width / height)
      count++
    })
    if (count > 0) {
      const voxel = sum.map((total) => total / count)
      const mm = [0, 1, 2].map((row) => {
        const line = image.hdr!.affine[row]!
        return line[0]! * voxel[0]! + line[1]! * voxel[1]! + line[2]! * voxel[2]! + line[3]!
      })
      this.niivue.scene.crosshairPos = this.niivue.mm2frac([mm[0]!, mm[1]!, mm[2]!], 0, true)
    } else {
      this.niivue.scene.crosshairPos = [0.5, 0.5, 0.5]
    }
    this.niivue.createOnLocationChange()
    this.niivue.drawScene()
  }
}

const floats = async (file: ArrayBuffer): Promise<Float32Array> => (await read(file, volumeName, 'gray')).img as Float32Array

// Its type asks for all twenty of its arguments; it does not.
const read = NVImage.new.bind(NVImage) as unknown as (file: ArrayBuffer, name: string, colours: string) => Promise<NVImage>

function rgb(colour: string | null | undefined): [number, number, number] | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? '')
  return match ? [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)] : null
}
