import { SPACE_TYPE } from '../model.js'

// The word for each type in a link, where it is not the type itself.
const LINK_WORDS: Readonly<Record<string, string>> = {
  doc: 'docs',
  sheet: 'sheets',
  bitable: 'base',
  mindnote: 'mindnotes',
  folder: 'drive/folder',
  [SPACE_TYPE]: 'wiki/space',
}

/** Makes the link of a document, folder or knowledge base, where the service sends none. */
export const documentUrl = (host: string, type: string, token: string): string =>
  `https://${host}/${LINK_WORDS[type] ?? encodeURIComponent(type)}/${encodeURIComponent(token)}`

/** Makes the link of a page of a knowledge base. */
export const wikiUrl = (host: string, nodeToken: string): string => `https://${host}/wiki/${nodeToken}`
