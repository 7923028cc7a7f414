// What goes on now: the bar and its figures, and what a screen reader says of them.
import { find, hide } from './dom'

/** Shows how much of something is done, 0 to 1; null where nobody knows. */
export function showProgress(what: string, share: number | null, more = ''): void {
  const bar = find<HTMLProgressElement>('progress-bar')
  find('progress').hidden = false
  find('progress-text').textContent = `${what}${share ? `, ${Math.round(share * 100)} %` : ''}${more}`

  // Figures change every second: read out, they would leave a screen reader no word for anything else.
  const quarters = Math.floor((share ?? 0) * 4)
  say(quarters > 0 ? `${what}, ${quarters * 25} %` : what)
  if (share === null) bar.removeAttribute('value')
  else bar.value = share
}

/** Nothing goes on any more; whoever was at the bar by the keyboard goes on from another element. */
export function endProgress(next: HTMLElement): void {
  hide(find('progress'), next)
  say('')
}

function say(text: string): void {
  const said = find('progress-said')
  if (said.textContent !== text) said.textContent = text
}
