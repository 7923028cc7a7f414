// Shows a scan with what was found in it: three planes and the surface, by NiiVue.
import { MULTIPLANAR_TYPE, Niivue, NVImage, NVMesh, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue'
import type { Label } from './api'
import { above, bands, countOf, middleOf, numbered, only, trianglesOf, volumesOf, writeDistance, writeLabels, writeMask } from './layers'
import { placed } from './placement'
import { bandShader, labelShader, maskShader } from './sliceShader'

export type Layer = 'mask' | 'bands' | 'none'
export type View = 'all' | 'axial' | 'coronal' | 'sagittal' | 'surface'
export interface Parts { image: ArrayBuffer; isInverted: boolean; segmentation: ArrayBuffer; probability?: ArrayBuffer; distance?: ArrayBuffer; surface?: ArrayBuffer }

const views = { all: SLICE_TYPE.MULTIPLANAR, axial: SLICE_TYPE.AXIAL, coronal: SLICE_TYPE.CORONAL, sagittal: SLICE_TYPE.SAGITTAL, surface: SLICE_TYPE.RENDER }
const outlinePixels = 1.25
const byteColours = 'bytes'
const invertedGrey = 'inverted'
const volumeName = 'volume.nii.gz'
const placedName = 'volume.nii'
const usualColour: [number, number, number] = [61, 193, 255]

export class Viewer {
  private readonly niivue: Niivue
  private image?: NVImage
  private overlay?: NVImage
  private numbers = new Uint8Array()
  private mask = new Uint8Array()
  private trial: Uint8Array | null = null
  private threshold = 0.5
  private trialThreshold = 0.5
  private probabilities: Float32Array[] = []
  private distances: Float32Array[] = []
  private chosen: number | null = null
  private surfaces: (NVMesh | undefined)[] = []
  private layer: Layer = 'mask'
  private hasOutline = true
  private fill = 0.3
  private colours: [number, number, number][] = [usualColour]

  /** Called with the position of each plane, 0 to its number of slices − 1, whenever it moves. */
  onMove: (slices: number[]) => void = () => {}

  private constructor() {
    this.niivue = new Niivue({
      // Radiologists look at a patient from the feet: his left is at the right.
      isRadiologicalConvention: true,

      // And from his left side: his front is at the left, as in the preview.
      sagittalNoseLeft: true,

      // One of two letters may lie over bright tissue, where it cannot be read.
      showAllOrientationMarkers: true,
      multiplanarShowRender: SHOW_RENDER.ALWAYS,
      multiplanarLayout: MULTIPLANAR_TYPE.GRID,
      multiplanarPadPixels: 4,
      backColor: [0.04, 0.055, 0.07, 1],
      crosshairColor: [0.85, 0.9, 0.95, 0.55],
      fontColor: [0.75, 0.8, 0.85, 1],
      crosshairWidth: 0.3,
      crosshairWidthUnit: 'percent',
      crosshairGap: 6,
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

    // The surface alone in the fourth view, and not a cloud of the scan around it.
    viewer.niivue.drawImage3D = () => {}
    viewer.niivue.addColormap(byteColours, { R: [0, 255], G: [0, 0], B: [0, 0], A: [255, 255], I: [0, 255] })
    viewer.niivue.addColormap(invertedGrey, { R: [255, 0], G: [255, 0], B: [255, 0], A: [128, 0], I: [0, 255] })
    viewer.niivue.scene.volScaleMultiplier = 1.6
    viewer.niivue.onLocationChange = () => viewer.onMove(viewer.slices)
    return viewer
  }

  /** Shows a scan in place of the one before; of several labels all of them, until one is chosen. Whoever aborts it meanwhile sees nothing of it. */
  async show(parts: Parts, threshold: number, labels: Label[], signal: AbortSignal): Promise<void> {
    const isOne = labels.length < 2
    const colours = isOne ? [rgb(labels[0]?.colour) ?? usualColour] : labels.map((label, index) => rgb(label.colour) ?? spareColour(index))
    const image = await read(await placed(parts.image), placedName, parts.isInverted ? invertedGrey : 'gray')
    const overlay = await read(await placed(parts.segmentation), placedName, 'gray')
    const numbers = numbered(overlay.img as Uint8Array, labels.map((label) => label.value))
    const probabilities = parts.probability ? volumesOf(await floats(parts.probability), numbers.length) : []
    const distances = parts.distance ? volumesOf(await floats(parts.distance), numbers.length) : []
    const surfaces: (NVMesh | undefined)[] = []
    for (const [index, colour] of colours.entries()) {
      const surface = parts.surface && (isOne ? parts.surface : trianglesOf(parts.surface, labels[index]!.value))
      if (!surface || surface.byteLength <= 84) continue
      surfaces[index] = await NVMesh.readMesh(surface, 'surface.stl', this.niivue.gl, 1, new Uint8Array([...colour, 255]))
    }

    // From here on at one go: two scans that are shown one after the other are never mixed.
    if (signal.aborted) {
      for (const mesh of surfaces) mesh?.unloadMesh(this.niivue.gl)
      signal.throwIfAborted()
    }

    this.atOnce(() => {
      this.clear()
      this.image = image
      this.overlay = overlay
      this.numbers = numbers
      this.threshold = threshold
      this.probabilities = probabilities
      this.distances = distances
      this.surfaces = surfaces
      this.colours = colours
      overlay.img = new Uint8Array(numbers.length)
      overlay.colormap = byteColours
      overlay.cal_min = 0
      overlay.cal_max = 255
      this.niivue.addVolume(image)
      this.niivue.addVolume(overlay)
      for (const mesh of surfaces) if (mesh) this.niivue.addMesh(mesh)
      this.choose(isOne ? 0 : null)
    })
    this.goToMask()
  }

  clear(): void {
    for (const mesh of [...this.niivue.meshes]) this.niivue.removeMesh(mesh)
    for (const volume of [...this.niivue.volumes].reverse()) this.niivue.removeVolume(volume)
    this.image = this.overlay = undefined
    this.probabilities = this.distances = []
    this.surfaces = []
  }

  /** The labels' colours, in their order. */
  get hues(): number[][] { return this.colours }

  /** Whether the one label that is shown has a probability, or a distance. */
  get hasProbability(): boolean { return this.chosen !== null && this.chosen in this.probabilities }
  get hasDistance(): boolean { return this.chosen !== null && this.chosen in this.distances }

  /** Shows one label alone, over the scan and as a surface, by its place among them, as the service answered it; null shows all. */
  choose(label: number | null): void {
    this.chosen = label
    this.surfaces.forEach((mesh, index) => { if (mesh) mesh.visible = label === null || label === index })
    this.mask = label === null ? this.numbers : only(this.numbers, label + 1)
    this.setThreshold(null)
  }

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
    this.trial = threshold !== null && this.hasProbability ? above(this.probabilities, this.chosen!, threshold) : null
    this.trialThreshold = threshold ?? this.threshold
    this.paint()
    const size = this.image?.hdr?.pixDims ?? [0, 1, 1, 1]
    return (countOf(this.trial ?? this.mask) * Math.abs(size[1]! * size[2]! * size[3]!)) / 1000
  }

  setLayer(layer: Layer): void { this.layer = layer; this.paint() }
  setOutline(isOn: boolean): void { this.hasOutline = isOn; this.redraw() }
  setFill(opacity: number): void { this.fill = opacity; this.redraw() }
  setView(view: View): void { this.niivue.setSliceType(views[view]) }

  /** Where the middle of a voxel of the file is drawn, in pixels of the canvas; null where it is in none of the planes shown. For scripts, such as the test. */
  pixelOf(voxel: number[]): number[] | null { return this.niivue.frac2canvasPos(this.shareOf(voxel)) }

  /** The slice of each plane in which a voxel of the file lies. */
  slicesOf(voxel: number[]): number[] {
    const share = this.shareOf(voxel)
    return this.counts.map((count, axis) => Math.floor(share[axis]! * count))
  }

  // A voxel of the file as shares of the scan from left to right, from back to front, from feet to head.
  private shareOf(voxel: number[]): [number, number, number] {
    const mm = [0, 1, 2].map((row) => {
      const line = this.image!.hdr!.affine[row]!
      return line[0]! * voxel[0]! + line[1]! * voxel[1]! + line[2]! * voxel[2]! + line[3]!
    })
    const share = this.niivue.mm2frac([mm[0]!, mm[1]!, mm[2]!], 0, true)
    return [share[0]!, share[1]!, share[2]!]
  }

  // After every change NiiVue brings all volumes to the graphics card anew and draws them, which for a large scan takes seconds: after several it is done once, and
  // whoever calls this draws.
  private atOnce(changes: () => void): void {
    const { updateGLVolume, drawScene } = this.niivue
    this.niivue.updateGLVolume = this.niivue.drawScene = () => {}
    try {
      changes()
      updateGLVolume.call(this.niivue)
    } finally {
      this.niivue.updateGLVolume = updateGLVolume
      this.niivue.drawScene = drawScene
    }
  }

  private paint(): void {
    const bytes = this.overlay?.img as Uint8Array | undefined
    if (!bytes) return
    const isDistance = this.layer === 'bands' && this.hasDistance
    if (isDistance) writeDistance(this.distances[this.chosen!]!, bytes)
    else if (this.chosen === null) writeLabels(this.mask, bytes)
    else writeMask(this.trial ?? this.mask, this.probabilities[this.chosen], this.trial ? this.trialThreshold : this.threshold, bytes)
    this.setUpDrawing()
    this.niivue.setCustomSliceShader(isDistance ? bandShader(bands) : this.chosen === null ? labelShader(this.colours) : maskShader(this.colours[this.chosen]!))
  }

  private redraw(): void {
    this.setUpDrawing()
    this.niivue.drawScene()
  }

  private setUpDrawing(): void {
    const isShown = this.layer !== 'none'
    this.niivue.overlayAlphaShader = isShown ? this.fill : 0
    this.niivue.overlayOutlineWidth = isShown && this.hasOutline ? outlinePixels : 0
  }

  // To the middle of what was found.
  private goToMask(): void {
    const image = this.image!
    const middle = middleOf(this.mask, image.hdr!.dims[1]!, image.hdr!.dims[2]!)
    if (middle) {
      const voxel = this.shareOf(middle)

      // On a slice, not between two.
      this.niivue.scene.crosshairPos = [0, 1, 2].map((axis) => (Math.floor(voxel[axis]! * this.counts[axis]!) + 0.5) / this.counts[axis]!) as [number, number, number]
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

// Of a label whose model is no longer served, and its colour not known: hues far from each other, of one brightness.
function spareColour(index: number): [number, number, number] {
  const hue = (index * 137.5) / 60
  const channel = (offset: number) => {
    const place = (offset + hue) % 6
    return Math.round(255 * (0.95 - 0.75 * Math.max(0, Math.min(place, 4 - place, 1))))
  }
  return [channel(5), channel(3), channel(1)]
}

function rgb(colour: string | null | undefined): [number, number, number] | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? '')
  return match ? [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)] : null
}
