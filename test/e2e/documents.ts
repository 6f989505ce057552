import type { Emulator } from '../emulator/index.js'

/**
 * Adds what the links in the tested workflows lead to: knowledge bases, pages, a folder, documents.
 * @returns two of the documents, which the caller may change from one workflow to the next
 */
export function addDocuments(emulator: Emulator) {
  const space = emulator.addSpace({ spaceId: '7034502641455497244', name: 'Handbook' }).spaceId
  const guide = emulator.addNode({ space, type: 'docx', title: 'Guide' })
  const install = emulator.addNode({ space, parent: guide.nodeToken, type: 'docx', title: '安装' })
  const drafts = emulator.addNode({ space, type: 'docx', title: 'Drafts' })
  emulator.addNode({ space, parent: drafts.nodeToken, type: 'docx', title: 'Idea' })

  const releases = emulator.addNode({
    space: emulator.addSpace().spaceId,
    nodeToken: 'WikcnExampleToken0000000001',
    type: 'docx',
    title: 'Releases',
  })
  emulator.addNode({ space: releases.spaceId, parent: releases.nodeToken, type: 'docx', title: 'v1' })
  const inbox = emulator.addFolder({ token: 'FldcnExampleToken0000000001', name: 'Inbox' })
  emulator.addDocument({ type: 'docx', title: 'Letter', folder: inbox.token })
  // The link to the inbox has `depth=1`, which leaves this one out.
  emulator.addDocument({ type: 'docx', title: 'Old', folder: emulator.addFolder({ parent: inbox.token }).token })
  emulator.addDocument({ token: 'DoxcnExampleToken0000000001', type: 'docx', title: 'Master agreement' })
  emulator.addDocument({
    token: 'BascnExampleToken0000000001',
    type: 'bitable',
    title: 'Shop',
    tables: [{ tableId: 'tblExample0001', name: 'Items', revision: 1 }],
  })
  return { guide: guide.document, install: install.document }
}
