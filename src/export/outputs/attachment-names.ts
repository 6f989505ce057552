import { cutToBytes } from '../../files/safe-name.js'
import type { Asset } from '../../markdown/context.js'
import { safeSegment } from '../names.js'
import { bytesOf, fold, MAX_SEGMENT_BYTES } from '../paths.js'

// The maximum length of an extension with its dot. A longer text after the last dot belongs to the stem.
const MAX_EXTENSION_BYTES = 32

/**
 * Names the files of a document's attachments: safe, and unique in the assets directory of the document. An attachment
 * gets its token as a suffix (`plan-boxcn1.pdf`) if several have its name. It also gets this suffix if its own name
 * ends with the token of an asset. Without the suffix, the name could equal that of another attachment with a suffix, or
 * that of a picture (`boxcn1.png`). The plan relies on this: only a picture or board has its own token as the stem.
 * @param assets all assets of the document, each once; pictures and boards are named by their token
 * @returns the names of the attachments, by token
 */
export function nameAttachments(assets: readonly Asset[]): ReadonlyMap<string, string> {
  const tokens = new Set(assets.map(({ token }) => fold(token)))
  const lengths = new Set([...tokens].map((token) => token.length))
  const counts = new Map<string, number>()
  const requested = assets.flatMap((asset) =>
    asset.kind === 'attachment' ? [{ token: asset.token, name: safeSegment(asset.name) }] : [],
  )
  for (const { name } of requested) counts.set(fold(name), (counts.get(fold(name)) ?? 0) + 1)
  const endsWithToken = (name: string): boolean => {
    const stem = fold(splitExtension(name).stem)
    // A document may have many tokens, but these have few different lengths. So there is one lookup for each length.
    return [...lengths].some((length) => tokens.has(stem.slice(-length)))
  }
  return new Map(
    requested.map(({ token, name }) => {
      const isUnique = counts.get(fold(name)) === 1 && !endsWithToken(name)
      return [token, isUnique ? name : withToken(name, token)]
    }),
  )
}

/** Adds the token as a suffix. A long stem is cut, never the token, which makes the name unique. */
function withToken(name: string, token: string): string {
  const { stem, extension } = splitExtension(name)
  const end = `-${token}${extension}`
  return safeSegment(`${cutToBytes(stem, MAX_SEGMENT_BYTES - bytesOf(end))}${end}`)
}

/** Splits a name into stem and extension (with the dot; empty if there is none). */
function splitExtension(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.')
  const hasExtension = dot > 0 && bytesOf(name.slice(dot)) <= MAX_EXTENSION_BYTES
  return hasExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' }
}
