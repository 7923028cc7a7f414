// The sources of the page as one hash: the build writes it into what it makes, and a test compares.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const parts = ['index.html', 'licences', 'package-lock.json', 'package.json', 'public', 'sources.ts', 'src', 'tsconfig.json', 'vite.config.ts']

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** All files below a folder, in the order of their names. */
export function filesBelow(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name))) : [path]
}

/** SHA-256 of a line for each file, its hash and its name, in the order of the names. */
export function hashOfSources(root: string): string {
  const files = parts.flatMap((part) => filesBelow(join(root, part)))
  const lines = files.map((file) => `${sha256(readFileSync(file))}  ${relative(root, file)}\n`)
  return sha256(lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''))
}
