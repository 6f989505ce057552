/** Gets the list under a key, or adds an empty one. Appending to it is cheaper than replacing it by a longer copy. */
export function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key)
  if (known) return known
  const list: V[] = []
  lists.set(key, list)
  return list
}
