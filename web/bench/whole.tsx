/**
 * The other side of `./run bench web`: the same kind of dashboard (form, table of 20, one chart of 365 points,
 * data by fetch) built the common way: antd's components and all of ECharts, in one bundle.
 */
import { Button, Card, ConfigProvider, DatePicker, Form, Layout, Menu, Select, Table } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import * as echarts from 'echarts';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Data {
  rows: { key: string; name: string; value: string }[];
  days: string[];
  values: number[];
}

function Dashboard() {
  const [data, setData] = useState<Data | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void fetch('/data.json')
      .then((answer) => answer.json() as Promise<Data>)
      .then(setData);
  }, []);
  useEffect(() => {
    if (data === null || place.current === null) return;
    const chart = echarts.init(place.current);
    chart.on('finished', () => document.documentElement.setAttribute('data-drawn', 'whole'));
    chart.setOption({
      animation: false,
      xAxis: { type: 'category', data: data.days },
      yAxis: { type: 'value' },
      series: [{ type: 'line', data: data.values }],
    });
    return () => chart.dispose();
  }, [data]);
  return (
    <ConfigProvider locale={zhCN}>
      <Layout>
        <Layout.Header>
          <Menu mode="horizontal" items={[{ key: '1', label: '总览' }, { key: '2', label: '企业' }]} />
        </Layout.Header>
        <Layout.Content>
          <Form layout="inline">
            <Form.Item label="月份">
              <DatePicker picker="month" />
            </Form.Item>
            <Form.Item label="口径">
              <Select style={{ width: 160 }} options={[{ value: 'a', label: '直接排放' }]} />
            </Form.Item>
            <Button type="primary">查询</Button>
          </Form>
          <Card title="日排放">
            <div ref={place} style={{ height: 320 }} />
          </Card>
          <Table
            loading={data === null}
            dataSource={data?.rows ?? []}
            pagination={false}
            columns={[
              { title: '名称', dataIndex: 'name' },
              { title: '数值', dataIndex: 'value' },
            ]}
          />
        </Layout.Content>
      </Layout>
    </ConfigProvider>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Dashboard />);
