// Which model a scan is to be segmented by.
import type { Model } from './api'
import { find } from './dom'

const samplesModel = 'phantom'
const nameOf = (model: Model) => `${model.name}@${model.version}`

export class ModelChoice {
  private readonly choice = find<HTMLSelectElement>('model')
  private models: Model[] = []
  private isSample = false

  // What was chosen when the sample took its own.
  private before: string | null = null

  constructor(private readonly onChange: (model: string) => void) {
    this.choice.addEventListener('change', () => { this.before = null; this.show() })
  }

  get all(): Model[] { return this.models }
  get value(): string { return this.choice.value }

  /** Offers models, of which the one that is chosen stays so. */
  offer(models: Model[]): void {
    const chosen = this.value
    this.models = models
    this.choice.replaceChildren(...models.map((model) => {
      const state = model.state === 'ready' ? '' : `, ${model.state}`
      return new Option(`${model.name} ${model.version}${state}`, nameOf(model), model.isDefault, model.isDefault)
    }))
    if (this.choose(chosen)) this.show()
    else this.fit(this.isSample)
  }

  /** Goes by the scan: the sample, a phantom, has a model of its own, which is not left to the scan that comes next. */
  fit(isSample: boolean): void {
    this.isSample = isSample
    const own = isSample ? this.option((each) => each.value.startsWith(`${samplesModel}@`)) : undefined
    if (own) {
      this.before ??= this.value
      this.choice.value = own.value
    } else if (this.before !== null) {
      // It may be served no longer.
      if (!this.choose(this.before)) this.choose(this.option((each) => each.defaultSelected)?.value ?? '')
      this.before = null
    }
    this.show()
  }

  private readonly option = (fits: (option: HTMLOptionElement) => boolean) => [...this.choice.options].find(fits)

  private choose(value: string): boolean {
    const option = this.option((each) => each.value === value)
    if (option) option.selected = true
    return option !== undefined
  }

  private show(): void {
    const model = this.models.find((each) => nameOf(each) === this.value)
    find('segments').textContent = model ? `Segments: ${model.labels.map((label) => label.name).join(', ')}` : ''
    this.onChange(model ? nameOf(model) : '')
  }
}
