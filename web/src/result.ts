// What a job made: the scan with its layers, the measurements, the files.
import * as api from './api'
import { chosen, find, hide, make, onChoice } from './dom'
import { size } from './files'
import { bands } from './layers'
import { Problem } from './problem'
import * as report from './report'
import type { Layer, Parts, View, Viewer } from './viewer'

const names: Record<string, string> = {
  segmentation: 'Segmentation (NIfTI)',
  sdm: "Network's distance map (NIfTI)",
  distance: 'Distance in mm (NIfTI)',
  probability: 'Probability (NIfTI)',
  surface: 'Surface (STL)',
  report: 'Report (JSON)',
  preview: 'Picture (PNG)',
  image: 'The scan (NIfTI)',
  'dicom-seg': 'Segmentation (DICOM)',
  'dicom-parametric-map': 'Distance in mm (DICOM)',
  'dicom-sr': 'Measurements (DICOM)',
  'dicom-sc': 'Contours in the scan (DICOM)',
}

export class ResultPanel {
  private viewer?: Viewer
  private opening?: Promise<Viewer>
  private threshold = 0.5
  private wanted: number | null = null
  private labels: api.Label[] = []
  private measured: api.LabelReport[] = []
  private readonly fills: Record<Layer, number> = { mask: 30, bands: 60, none: 0 }
  private readonly sections = ['viewer', 'figures', 'downloads'].map((id) => find(id))

  constructor(private readonly models: () => api.Model[], private readonly onProblem: (failure: unknown) => void) {
    onChoice('view', (value) => this.viewer?.setView(value as View))
    find<HTMLSelectElement>('structure').addEventListener('change', () => this.setStructure())
    onChoice('layer', (value) => {
      // Distances are the result's, and there are none of a trial.
      if (value === 'bands') this.resetThreshold()
      this.setLayer(value as Layer)
    })
    find<HTMLInputElement>('outline').addEventListener('change', (event) => this.viewer?.setOutline((event.target as HTMLInputElement).checked))
    this.onInput('opacity', (value) => {
      this.fills[chosen('layer') as Layer] = value
      this.viewer?.setFill(value / 100)
      return `${value} %`
    })
    find<HTMLInputElement>('threshold').addEventListener('input', (event) => this.want(Number((event.target as HTMLInputElement).value)))
    for (const axis of [0, 1, 2]) this.onInput(`slice-${axis}`, (value) => { this.viewer?.goTo(axis, value); return this.sliceText(axis, value) })
    find('threshold-reset').addEventListener('click', () => this.resetThreshold())
    find('legend').append(...bands.map((band) => make('li', {}, square(band.colour), `${band.text} mm`)))
  }

  clear(): void {
    this.wanted = null
    for (const section of this.sections) hide(section, find('result'))
    this.viewer?.clear()
  }

  /** Shows what is there of a job's results, the measurements first. */
  async show(job: api.Job, onTrouble: api.OnTrouble, signal: AbortSignal): Promise<void> {
    const has = (output: string) => job.results.some((result) => result.output === output)
    const patiently = <T>(request: () => Promise<T>) => api.patiently(request, onTrouble, signal)
    const bytes = async (output: string) => (has(output) ? await patiently(() => api.result(job.id, output, signal)) : undefined)
    this.showFiles(job)
    const [name, version] = job.model.split('@')
    this.labels = this.models().find((each) => each.name === name && each.version === version)?.labels ?? []
    const report = has('report') ? await patiently(() => api.report(job.id, signal)) : null
    signal.throwIfAborted()
    if (report) this.showReport(report, job)
    else this.showWarningsAlone(job.warnings)
    if (!has('image') || !has('segmentation')) return

    // One after the other: a caller may be allowed one request at once.
    const image = await bytes('image')
    const segmentation = await bytes('segmentation')
    const parts = { probability: await bytes('probability'), distance: await bytes('distance'), surface: await bytes('surface') }
    signal.throwIfAborted()

    // MONOCHROME1: its values are in the file as they are stored, and its lowest are white for who looks at it.
    const isInverted = [...job.warnings, ...(report?.warnings ?? [])].some((warning) => warning.slug === 'inverted-display')
    await this.showScan({ image: image!, isInverted, segmentation: segmentation!, ...parts }, job, signal)
  }

  private async showScan(parts: Parts, job: api.Job, signal: AbortSignal): Promise<void> {
    find('viewer').hidden = false
    const viewer = await this.open()
    signal.throwIfAborted()
    viewer.onMove = (slices) => this.showSlices(slices)
    await viewer.show(parts, this.threshold, this.labels, signal)
    viewer.counts.forEach((count, axis) => { find<HTMLInputElement>(`slice-${axis}`).max = String(count - 1) })
    this.showSlices(viewer.slices)
    this.showStructures(viewer)
    viewer.setView(chosen('view') as View)
    viewer.setOutline(find<HTMLInputElement>('outline').checked)
    find('canvas').setAttribute('data-shown', job.id)
  }

  // One viewer on the canvas, however many jobs ask for it while it comes.
  private async open(): Promise<Viewer> {
    try {
      this.opening ??= begin()
      this.viewer = await this.opening
      Object.assign(find('canvas'), { viewer: this.viewer })
      return this.viewer
    } catch (failure) {
      this.opening = undefined
      hide(find('viewer'), find('result'))
      if (failure instanceof Problem) throw failure
      throw new Problem('This browser cannot show the scan', 'It has no WebGL 2, or it is switched off. The measurements and the files are below; another browser, or hardware acceleration in the settings of this one, shows the scan too.')
    }
  }

  /** Offers each structure where there are several: its distance and its threshold are of it alone. */
  private showStructures(viewer: Viewer): void {
    const chooser = find<HTMLSelectElement>('structure')
    const areSeveral = this.labels.length > 1
    for (const id of ['structures', 'structures-legend']) find(id).hidden = !areSeveral
    chooser.replaceChildren(new Option('All', ''), ...this.labels.map((label, index) => new Option(label.name, String(index))))
    find('structures-legend').replaceChildren(...this.labels.map((label, index) => make('li', {}, square(viewer.hues[index] ?? []), label.name)))
    chooser.value = areSeveral ? '' : '0'
    this.setStructure()
  }

  private setStructure(): void {
    const value = find<HTMLSelectElement>('structure').value
    const isAll = this.labels.length > 1 && value === ''
    this.viewer?.choose(isAll ? null : Number(value))
    find('structure-hint').hidden = !isAll
    find<HTMLInputElement>('threshold').disabled = !this.viewer?.hasProbability
    const bandsChoice = layerChoice('bands')
    bandsChoice.disabled = isAll
    if (isAll && bandsChoice.checked) layerChoice('mask').checked = true
    this.resetThreshold()
    this.setLayer(chosen('layer') as Layer)
  }

  private setLayer(layer: Layer): void {
    const opacity = find<HTMLInputElement>('opacity')
    opacity.disabled = layer === 'none'
    opacity.value = String(this.fills[layer])
    say('opacity', `${opacity.value} %`)
    this.viewer?.setFill(this.fills[layer] / 100)
    find('legend').hidden = layer !== 'bands' || !this.viewer?.hasDistance
    this.viewer?.setLayer(layer)
  }

  // Every voxel is gone over for it: once for what is drawn, and not for each value that the slider passes on its way.
  private want(value: number): void {
    if (this.wanted === null) requestAnimationFrame(() => this.showWanted())
    this.wanted = value
  }

  // There is none any more where the trial has ended before it was drawn.
  private showWanted(): void {
    const value = this.wanted
    this.wanted = null
    if (value !== null) say('threshold', this.setThreshold(value))
  }

  private setThreshold(value: number): string {
    // At the result's own threshold its mask is shown, which parts may have been removed from.
    if (value === this.threshold) {
      this.resetThreshold()
      return this.thresholdText
    }

    // A trial is seen as a mask alone.
    const note = find('threshold-note')
    if (note.hidden) {
      layerChoice('mask').checked = true
      this.setLayer('mask')
    }

    note.hidden = false
    const volume = this.viewer?.setThreshold(value) ?? 0
    const place = Number(find<HTMLSelectElement>('structure').value)
    const what = this.labels.length > 1 ? `of ${this.labels[place]!.name} ` : ''

    // A job may have been told to keep all parts.
    const { componentsFound: found, componentsRemoved: removed } = this.measured[place] ?? { componentsFound: 0, componentsRemoved: 0 }
    const kept = removed === 0 ? '' : found - removed === 1 ? ', and keep the largest part only' : `, and keep the ${found - removed} largest parts only`
    find('threshold-text').textContent = `A trial at ${value.toFixed(2)}: all ${what}that is above it, ${volume.toFixed(1)} ml. The surface, the measurements and the files are at ${this.threshold}${kept}.`
    return value.toFixed(2)
  }

  private resetThreshold(): void {
    this.wanted = null
    const input = find<HTMLInputElement>('threshold')
    input.value = String(this.threshold)
    say('threshold', this.thresholdText)
    hide(find('threshold-note'), input)
    this.viewer?.setThreshold(null)
  }

  // What was asked for may lie beyond the slider's ends, and between its steps.
  private get thresholdText(): string { return this.threshold.toFixed(Math.max(2, String(this.threshold).split('.')[1]?.length ?? 0)) }

  private showReport(figures: api.Report, job: api.Job): void {
    // The labels of a model that is no longer served are those of its report.
    if (this.labels.length === 0) this.labels = figures.labels

    this.measured = figures.labels

    // It is a single-precision number on the way.
    this.threshold = Math.round(figures.threshold * 1e6) / 1e6
    find('figures').hidden = false
    find('table').replaceChildren(report.table(figures))
    find('agreement').textContent = report.agreement(figures)
    find('how').textContent = report.howMade(figures)
    this.showWarnings(figures.warnings.length > 0 ? figures.warnings : job.warnings)
  }

  private showWarnings(warnings: api.Warning[]): void {
    find('warnings').replaceChildren(...warnings.map((warning) => make('li', {}, warning.sentence)))
  }

  // Of a job that was asked for without a report.
  private showWarningsAlone(warnings: api.Warning[]): void {
    for (const id of ['table', 'agreement', 'how']) find(id).replaceChildren()
    this.showWarnings(warnings)
    find('figures').hidden = warnings.length === 0
  }

  private showFiles(job: api.Job): void {
    find('downloads').hidden = job.results.length === 0
    find('files-list').replaceChildren(...job.results.map((result) =>
      make('li', {}, make('button', { type: 'button', 'data-output': result.output, click: () => void this.save(job, result.output) },
        names[result.output] ?? result.output, make('small', {}, size(result.bytes))))))
  }

  // By hand and not by a link: a link cannot carry the key.
  private async save(job: api.Job, output: string): Promise<void> {
    try {
      const { name, content } = await api.file(job.id, output)
      const address = URL.createObjectURL(content)
      const link = make('a', { href: address, download: name }) as HTMLAnchorElement
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (failure) {
      this.onProblem(failure)
    }
  }

  private showSlices(slices: number[]): void {
    slices.forEach((slice, axis) => {
      find<HTMLInputElement>(`slice-${axis}`).value = String(slice)
      say(`slice-${axis}`, this.sliceText(axis, slice))
    })
  }

  private sliceText(axis: number, slice: number): string { return `${slice + 1} of ${this.viewer?.counts[axis] ?? 1}` }

  private onInput(id: string, act: (value: number) => string): void {
    find<HTMLInputElement>(id).addEventListener('input', (event) => say(id, act(Number((event.target as HTMLInputElement).value))))
  }
}

const layerChoice = (layer: Layer) => document.querySelector<HTMLInputElement>(`input[name="layer"][value="${layer}"]`)!

/** Writes what a slider is at beside it, and has screen readers say the same: its bare number is another one, and may have been cut to its ends. */
function say(id: string, text: string): void {
  document.querySelector<HTMLOutputElement>(`output[for="${id}"]`)!.textContent = text
  find(id).setAttribute('aria-valuetext', text)
}

// Not a style of an element, which the page's policy forbids.
function square(colour: number[]): SVGElement {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  const rect = document.createElementNS(space, 'rect')
  for (const [name, value] of [['width', '16'], ['height', '16'], ['aria-hidden', 'true']] as const) svg.setAttribute(name, value)
  for (const [name, value] of [['width', '16'], ['height', '16'], ['fill', `rgb(${colour.join(',')})`]] as const) rect.setAttribute(name, value)
  svg.append(rect)
  return svg
}

// NiiVue is most of this page, and is needed only where there is something to show.
async function begin(): Promise<Viewer> {
  const module = await import('./viewer').catch(() => {
    throw new Problem('The viewer could not be loaded', 'The service cannot be reached, or is of another version by now than this page. The job stays: reload the page to see the scan. The measurements and the files are below.')
  })
  return module.Viewer.on(find<HTMLCanvasElement>('canvas'))
}
