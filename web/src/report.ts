// A report in plain words.
import type { Report } from './api'
import { make } from './dom'

// As everywhere on the page, whatever the browser's language: by that of some, 1,234 is 1.234.
const number = (value: number, digits: number) => value.toFixed(digits)
const millimetres = (value: number | null | undefined) => (value === null || value === undefined ? 'none' : `${number(value, 1)} mm`)

const kept = (parts: number) => (parts === 1 ? 'the largest was' : `the ${parts} largest were`)

const rows: [string, (label: Report['labels'][number]) => string][] = [
  ['Volume', (label) => `${number(label.volumeMl, 1)} ml`],
  ['Surface', (label) => `${number(label.surfaceAreaMm2 / 100, 1)} cm²`],
  ['Longest diameter', (label) => millimetres(label.longestDiameterMm)],
  ['Radius of the largest sphere inside', (label) => millimetres(label.largestInscribedRadiusMm)],
  ['Separate parts found', (label) => `${label.componentsFound}${label.componentsRemoved > 0 ? `, of which ${kept(label.componentsFound - label.componentsRemoved)} kept` : ''}`],
]

export function table(report: Report): HTMLElement {
  return make('table', {},
    make('caption', {}, `Found by ${report.model.name} ${report.model.version}`),
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Measure'), ...report.labels.map((label) => make('th', { scope: 'col' }, label.name)))),
    make('tbody', {}, ...rows.map(([name, value]) => make('tr', {}, make('th', { scope: 'row' }, name), ...report.labels.map((label) => make('td', {}, value(label)))))))
}

/** What the agreement of the network's two answers means. The service warns below 0.7. */
export function agreement(report: Report): string {
  const dice = report.headAgreement
  if (dice === null) return 'The network found nothing, in both of its answers.'
  const how = dice >= 0.85 ? 'agree well' : dice >= 0.7 ? 'agree in most places' : 'disagree: look closely before using this'
  return `The network answers twice, by a probability and by a distance. Here the two ${how} (overlap ${number(dice * 100, 0)} of 100).`
}

// How the network was led over the scan.
function way({ inference, tiles }: Report): string {
  const all = tiles ? `the whole volume in ${tiles} overlapping pieces for want of memory` : 'the whole volume'
  if (inference === 'whole') return tiles ? all : `${all} in one pass`
  if (inference === 'whole-flips') return `the mean of four passes over ${all}, mirrored from side to side and from front to back`
  return inference === 'window' ? 'window by window' : inference
}

export function howMade(report: Report): string {
  const { shape, voxelSizeMm, orientation } = report.input
  return `Scan of ${shape.join(' × ')} voxels of ${voxelSizeMm.map((size) => number(size, 2)).join(' × ')} mm, oriented ${orientation}. `
    + `Threshold ${report.threshold}, ${way(report)}, ${report.precision} on ${report.device}.`
}
