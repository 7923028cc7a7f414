// What a person drops or picks: files, or a folder with all that is below it.
import { answerOf } from './problem'

/** Files with the names that a person knows them by, with their folders; the names stay on the page. */
export interface Selection { files: File[]; names: string[]; title: string; isSample: boolean }

interface Named { file: File; name: string }

// What file managers leave in folders.
const isClutter = (name: string) => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini'

/** Of a folder that is chosen the browser tells where in it each file lies. */
export const picked = (list: Iterable<File>) => selected([...list].map((file) => ({ file, name: file.webkitRelativePath || file.name })))

/** Must be called while the event is handled: the entries are gone later. */
export async function dropped(transfer: DataTransfer): Promise<Selection | null> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  return entries.length > 0 ? selected((await Promise.all(entries.map(below))).flat()) : picked(transfer.files)
}

function selected(all: Named[]): Selection | null {
  const kept = all.filter(({ file }) => !isClutter(file.name))
  if (kept.length === 0) return null
  const files = kept.map(({ file }) => file)
  const what = files.length === 1 ? files[0]!.name : `${files.length} files`
  return { files, names: kept.map(({ name }) => name), title: `${what}, ${size(files.reduce((sum, file) => sum + file.size, 0))}`, isSample: false }
}

async function below(entry: FileSystemEntry): Promise<Named[]> {
  if (entry.isFile) return [{ file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)), name: entry.fullPath.replace(/^\//, '') }]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: Named[][] = []

  // A hundred at a time, until there are none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return files.flat()
    files.push(...(await Promise.all(some.map(below))))
  }
}

export async function sample(): Promise<Selection> {
  const content = await answerOf(async () => {
    const response = await fetch('sample/phantom.nii.gz')
    if (!response.ok) throw new Error('The sample is missing from this service.')
    return response.blob()
  })
  const file = new File([content], 'phantom.nii.gz')
  return { files: [file], names: [file.name], title: `The sample, a phantom made by a program, ${size(file.size)}`, isSample: true }
}

export const size = (bytes: number) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`)
