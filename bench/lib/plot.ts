/** A line of a plot. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** The line that the plot emphasizes. */
  readonly main?: boolean
}

/** A plot with two logarithmic axes. */
export interface Plot {
  readonly title: string
  readonly x: { readonly label: string; readonly ticks: readonly number[] }
  readonly y: { readonly label: string; readonly ticks: readonly number[] }
  readonly series: readonly Series[]
}

const WIDTH = 760
const HEIGHT = 400
// The margins.
const LEFT = 70
const RIGHT = 170
const TOP = 46
const BOTTOM = 52
// The lines besides the main one. They differ in dashes too, so that they can be distinguished without colour. The
// colours can be seen on white and on dark.
const COLORS = ['#d1242f', '#1a7f37', '#9a6700', '#8250df', '#57606a']
const DASHES = ['6 3', '2 3', '8 3 2 3', '12 4', '4 4']

/** Draws a plot as SVG for light and dark mode. */
export function drawPlot({ title, x, y, series }: Plot): string {
  // Makes a function that maps a value to its position on a logarithmic axis. The first tick is at `from`, the last
  // tick at `to`. A value outside of the ticks is drawn at the edge.
  const createScale = (ticks: readonly number[], from: number, to: number) => {
    const [low = 1] = ticks
    const high = ticks.at(-1) ?? 10
    return (value: number): number => {
      const shown = Math.min(Math.max(value, low), high)
      const share = (Math.log(shown) - Math.log(low)) / (Math.log(high) - Math.log(low))
      return from + share * (to - from)
    }
  }
  const atX = createScale(x.ticks, LEFT, WIDTH - RIGHT)
  const atY = createScale(y.ticks, HEIGHT - BOTTOM, TOP)
  const lines = series.map(({ points, main }, index) => {
    const path = points
      .map(([px, py], nth) => `${nth === 0 ? 'M' : 'L'}${atX(px).toFixed(1)} ${atY(py).toFixed(1)}`)
      .join('')
    return `<path d="${path}" fill="none" ${lineStyle(main, index)}/>`
  })
  const legend = series.map(({ name, main }, index) => {
    const top = TOP + 8 + index * 22
    const from = WIDTH - RIGHT + 14
    return `<path d="M${from} ${top}h26" ${lineStyle(main, index)}/><text x="${from + 32}" y="${top + 4}">${name}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 14px; font-weight: 600 }
.grid { stroke: #8c959f; stroke-opacity: .35 }
.main { stroke: #0969da }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .main { stroke: #58a6ff } }
</style>
<text class="title" x="${LEFT}" y="24">${title}</text>
${x.ticks.map((tick) => `<path class="grid" d="M${atX(tick).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${atX(tick).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${tick}</text>`).join('\n')}
${y.ticks.map((tick) => `<path class="grid" d="M${LEFT} ${atY(tick).toFixed(1)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${(atY(tick) + 4).toFixed(1)}" text-anchor="end">${tick}</text>`).join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${x.label}</text>
<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${y.label}</text>
${lines.join('\n')}
${legend.join('\n')}
</svg>
`
}

/** The attributes of a line: the main one is wider; the others differ in colour and dashes. */
function lineStyle(isMain: boolean | undefined, index: number): string {
  return isMain
    ? 'class="main" stroke-width="3"'
    : `stroke="${COLORS[index % COLORS.length]}" stroke-width="1.8" stroke-dasharray="${DASHES[index % DASHES.length]}"`
}
