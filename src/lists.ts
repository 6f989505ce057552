/** The list under a key; a new one is put there. Adding to it costs nothing, where a copy with one more grows with all. */
export function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key)
  if (known) return known
  const list: V[] = []
  lists.set(key, list)
  return list
}
