const zh = {
  search: '搜索',
  hint: '对象、收据、条目、方法、指标',
  keys: '按 / 直接搜索',
  all: '全部结果:{q}',
  found: '{count} 项结果',
  none: '没有找到「{q}」',
  none_what: '试试对象的名称或编号、统一社会信用代码、收据号(R 开头)、条目号、哈希的前几位、方法名或指标名。您权限以外的内容不会出现。',
  ask: '请输入要找的内容',
  shown: '显示 {shown} / {count}',
  results: '搜索结果',
  only: '只看这一类',
  everything: '全部',
  searching: '正在搜索……',
};

export default zh;
export type SearchWord = keyof typeof zh;
