import { optionalPackage } from '../../adapters/models/optional-package.ts';

/** What echarts draws; see its documentation. */
export type PlotOptions = Readonly<Record<string, unknown>>;

/** A drawing of this size in points. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

const PLOT = 'a plot';
/** Twice as many pixels as points. */
const SCALE = 2;
const FONT = 'DejaVu Sans, Liberation Sans, Noto Sans, Arial, Helvetica, sans-serif';

/** Draws a PNG. Throws `package-missing` without echarts, @resvg/resvg-js or any font of the system. */
export async function plotPng(options: PlotOptions, { width, height }: PlotSize): Promise<Uint8Array> {
  const { init } = await optionalPackage(PLOT, 'echarts', () => import('echarts'));
  const { Resvg } = await optionalPackage(PLOT, '@resvg/resvg-js', () => import('@resvg/resvg-js'));
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT }, ...options });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' },
  });
  return drawing.render().asPng();
}
