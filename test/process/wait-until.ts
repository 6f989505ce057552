/**
 * Resolves 100 ms after the condition has become true: by then, the request or call that it waits for is under way. After
 * 10 s, resolves in any case.
 */
export async function waitUntil(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 100))
}
