import type { Metadata } from './artefact.ts';
import { type PlotOptions, plotPng } from './plot.ts';

/** Draws the losses by epoch, where was learnt and where was watched, with the epoch that was taken. Throws `package-missing`. */
export function lossPlot(metadata: Pick<Metadata, 'model' | 'task' | 'training'>): Promise<Uint8Array> {
  return plotPng(lossOptions(metadata), { width: 760, height: 400 });
}

function lossOptions({ model, task, training: { losses, bestEpoch } }: Pick<Metadata, 'model' | 'task' | 'training'>): PlotOptions {
  const line = (name: string, color: string, values: readonly number[]) => ({
    name,
    type: 'line',
    showSymbol: losses.length < 40,
    symbolSize: 5,
    itemStyle: { color },
    lineStyle: { color, width: 2 },
    data: values.map((value, at) => [at + 1, value]),
  });
  return {
    title: { text: `Loss of the ${model} (${task})`, left: 16, top: 10, textStyle: { fontSize: 15 } },
    legend: { top: 12, right: 24, itemGap: 32 },
    grid: { left: 64, right: 28, top: 84, bottom: 48 },
    xAxis: {
      type: 'value',
      name: 'epoch',
      nameLocation: 'middle',
      nameGap: 28,
      min: 1,
      max: Math.max(2, losses.length),
      minInterval: 1,
      splitLine: { show: false },
    },
    yAxis: { type: 'value', scale: true, name: 'loss (usual changes, squared)', nameLocation: 'end', nameTextStyle: { align: 'left' } },
    series: [
      {
        ...line(
          'learnt from',
          '#4c78a8',
          losses.map(({ training }) => training),
        ),
        markLine: {
          symbol: 'none',
          label: { formatter: 'taken' },
          lineStyle: { color: '#666666', type: 'dashed' },
          data: [{ xAxis: bestEpoch }],
        },
      },
      line(
        'watched',
        '#e4572e',
        losses.map(({ watching }) => watching),
      ),
    ],
  };
}
