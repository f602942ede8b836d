const zh = {
  synthetic: '演示数据',
  table: '表格:{title}',
  month: '月份',
  now: '现在',
  known: '不完整,已知部分',
  first: '首次发布',
  moved: '已变动',
  gap: '—',
  not_published: '未公开',
  first_published: '首次发布 {value}',
  known_part: '已知部分 {value} {unit}',
  legend_full: '活动数据实测',
  legend_weak: '含估算或替代',
  legend_known: '不完整,只画已知部分',
  legend_first: '首次发布值',
  schematic: '示意图,非测绘边界',
  loaded: '运营方提供的边界',
};

export default zh;
