export function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id)
  if (!element) throw new Error(`The page has no #${id}.`)
  return element as T
}

type Attributes = Record<string, string | (() => void)>

/** Makes an element; what is text stays text, whatever it says. */
export function make(tag: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

/** Hides an element. Whoever was in it by the keyboard goes on from another one, and not from the top of the page. */
export function hide(element: HTMLElement, next: HTMLElement | undefined): void {
  const wasIn = element.contains(document.activeElement)
  element.hidden = true
  if (wasIn) next?.focus()
}

/** A value of one of the radio buttons of a name. */
export const chosen = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? ''

export const onChoice = (name: string, act: (value: string) => void) =>
  document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`).forEach((input) => input.addEventListener('change', () => act(input.value)))
