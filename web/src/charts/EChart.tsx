/** An ECharts chart, its library loaded when the first one is drawn. Every chart has a table twin beside it. */
import type { EChartsOption, EChartsType } from 'echarts';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { isDark, onTheme } from '../app/theme';

interface Props {
  option: EChartsOption;
  /** What the chart shows, for those who do not see it; the table twin says the values. */
  label: string;
  height?: number;
  onReady?: (chart: EChartsType) => void;
}

export function EChart({ option, label, height = 320, onReady }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const dark = useSyncExternalStore(onTheme, isDark);

  useEffect(() => {
    let made: EChartsType | null = null;
    let gone = false;
    const watch = new ResizeObserver(() => made?.resize());
    void import('./echarts').then(({ init }) => {
      if (gone || place.current === null) return;
      made = init(place.current, dark ? 'dark' : undefined);
      watch.observe(place.current);
      setChart(made);
      onReady?.(made);
    });
    return () => {
      gone = true;
      watch.disconnect();
      made?.dispose();
      setChart(null);
    };
    // A chart is made anew when the colours change; `onReady` is told once a chart.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dark]);

  useEffect(() => {
    chart?.setOption({ backgroundColor: 'transparent', animation: false, ...option }, { notMerge: true });
  }, [chart, option]);

  return <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
