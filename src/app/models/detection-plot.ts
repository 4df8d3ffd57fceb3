import type { Anomaly, Judged } from './anomalies.ts';
import { type PlotOptions, plotPng } from './plot.ts';

/** More panels cannot be read. */
const MOST_PANELS = 4;
/** More points than that are thinned, the extremes kept. */
const MOST_POINTS = 4_000;
const [PANEL, GAP, TOP, BOTTOM] = [190, 54, 84, 40];

/** Draws the features with the oddest rows, or the first ones when nothing is odd: values, the band in which they are usual, anomalies. Throws `package-missing`. */
export function detectionPlot(judged: readonly Judged[], anomalies: readonly Anomaly[]): Promise<Uint8Array> {
  const keyOf = ({ series, feature }: Pick<Anomaly, 'series' | 'feature'>) => `${series}\0${feature}`;
  const odd = [...new Set(anomalies.map(keyOf))].slice(0, MOST_PANELS);
  const shown = odd.length > 0 ? odd.flatMap((key) => judged.find((one) => keyOf(one) === key) ?? []) : judged.slice(0, MOST_PANELS);
  const panels = shown.map((one) => ({ judged: one, anomalies: anomalies.filter((found) => keyOf(found) === keyOf(one)) }));
  const height = TOP + panels.length * (PANEL + GAP) + BOTTOM;
  return plotPng({ ...frame(anomalies), ...panelOptions(panels) }, { width: 1_100, height });
}

/** By how fine the axis is. */
const timeFormat = {
  year: '{yyyy}',
  month: '{MMM} {yyyy}',
  day: '{MMM} {d}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
};

interface Panel {
  readonly judged: Judged;
  readonly anomalies: readonly Anomaly[];
}

function frame(anomalies: readonly Anomaly[]): PlotOptions {
  const places = new Set(anomalies.map(({ series, feature }) => `${series}\0${feature}`)).size;
  const count = `${anomalies.length} ${anomalies.length === 1 ? 'anomaly' : 'anomalies'}`;
  const shown = places > MOST_PANELS ? `; the ${MOST_PANELS} oddest of ${places} series are drawn` : '';
  return {
    title: { text: anomalies.length === 0 ? 'No anomalies' : `${count}${shown}`, left: 20, top: 14, textStyle: { fontSize: 16 } },
    legend: { top: 16, right: 24, itemGap: 34, data: ['value', { name: 'usual', icon: 'rect' }, 'anomaly'] },
    color: ['#4c78a8', '#b9cfe4', '#e4572e'],
  };
}

function panelOptions(panels: readonly Panel[]): PlotOptions {
  const top = (index: number) => TOP + index * (PANEL + GAP);
  return {
    grid: panels.map((_, index) => ({ left: 84, right: 32, top: top(index), height: PANEL })),
    xAxis: panels.map((_, index) => ({
      type: 'time',
      gridIndex: index,
      useUTC: true,
      axisLabel: { hideOverlap: true, formatter: timeFormat },
    })),
    yAxis: panels.map(({ judged }, index) => ({
      type: 'value',
      scale: true,
      gridIndex: index,
      name: `${judged.series}: ${judged.feature}`,
      nameTextStyle: { align: 'left', fontWeight: 'bold', fontSize: 13 },
      nameGap: 10,
      splitNumber: 4,
    })),
    useUTC: true,
    series: panels.flatMap(linesOf),
  };
}

function linesOf({ judged, anomalies }: Panel, index: number): PlotOptions[] {
  const axes = { xAxisIndex: index, yAxisIndex: index, showSymbol: false };
  const rows = thinnedRows(judged);
  const points = (valueAt: (row: number) => number) => rows.map((row) => [judged.at[row], finite(valueAt(row))]);
  const [expected, tolerance] = [(row: number) => judged.expected[row] ?? Number.NaN, (row: number) => judged.tolerance[row] ?? Number.NaN];
  const band = { ...axes, type: 'line', stack: `band ${index}`, stackStrategy: 'all', lineStyle: { opacity: 0 }, silent: true };
  const marked = anomalies.flatMap(({ from, until }) => rowsBetween(judged, from, until));
  return [
    { ...band, name: 'below', data: points((row) => expected(row) - tolerance(row)) },
    {
      ...band,
      name: 'usual',
      itemStyle: { color: '#b9cfe4' },
      areaStyle: { color: '#b9cfe4', opacity: 0.55 },
      data: points((row) => 2 * tolerance(row)),
    },
    {
      ...axes,
      type: 'line',
      name: 'value',
      itemStyle: { color: '#4c78a8' },
      lineStyle: { color: '#4c78a8', width: 1.4 },
      data: points((row) => judged.values[row] ?? Number.NaN),
    },
    {
      ...axes,
      type: 'scatter',
      name: 'anomaly',
      symbolSize: 9,
      itemStyle: { color: '#e4572e', borderColor: '#ffffff', borderWidth: 1 },
      data: marked.map((row) => [judged.at[row], judged.values[row]]),
    },
  ];
}

/** echarts leaves a gap at `-`. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : '-';
}

function rowsBetween({ at }: Judged, from: number, until: number): number[] {
  return [...at.keys()].filter((row) => (at[row] ?? Number.NaN) >= from && (at[row] ?? Number.NaN) <= until);
}

/** All rows, or of each piece the lowest and the highest. */
function thinnedRows({ values }: Judged): number[] {
  if (values.length <= MOST_POINTS) return [...values.keys()];
  const pieces = MOST_POINTS / 2;
  const size = values.length / pieces;
  const kept = Array.from({ length: pieces }, (_, piece) => {
    const rows = Array.from({ length: Math.ceil(size) }, (_row, n) => Math.floor(piece * size) + n).filter((row) =>
      Number.isFinite(values[row]),
    );
    const by = (isBetter: (a: number, b: number) => boolean) =>
      rows.reduce<number | undefined>(
        (best, row) => (best === undefined || isBetter(values[row] ?? 0, values[best] ?? 0) ? row : best),
        undefined,
      );
    return [by((a, b) => a < b), by((a, b) => a > b)];
  });
  return [...new Set(kept.flat().flatMap((row) => row ?? []))].toSorted((a, b) => a - b);
}
