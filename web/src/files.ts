// What a person drops or picks: files, or a folder with all that is below it.

export interface Selection { files: File[]; title: string; isSample: boolean }

// What file managers leave in folders.
const isClutter = (name: string) => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini'

export function picked(list: FileList | File[]): Selection | null {
  const files = [...list].filter((file) => !isClutter(file.name))
  if (files.length === 0) return null
  const only = files.length === 1 ? files[0] : undefined
  return { files, title: `${only ? only.name : `${files.length} files`}, ${size(files.reduce((sum, file) => sum + file.size, 0))}`, isSample: false }
}

/** Must be called while the event is handled: the entries are gone later. */
export async function dropped(transfer: DataTransfer): Promise<Selection | null> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const plain = [...transfer.files]
  return picked(entries.length > 0 ? (await Promise.all(entries.map(below))).flat() : plain)
}

async function below(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []

  // A hundred at a time, until there are none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return files
    files.push(...(await Promise.all(some.map(below))).flat())
  }
}

export async function sample(): Promise<Selection> {
  const response = await fetch('sample/phantom.nii.gz')
  if (!response.ok) throw new Error('The sample is missing from this service.')
  const file = new File([await response.blob()], 'phantom.nii.gz')
  return { files: [file], title: `The sample, a phantom made by a program, ${size(file.size)}`, isSample: true }
}

export const size = (bytes: number) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`)
