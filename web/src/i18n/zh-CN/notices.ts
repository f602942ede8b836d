const zh = {
  title: '提醒',
  what: '由数据本身得出,按 {day} 所知;原因消除,提醒即消失。',
  kinds: '按类别筛选',
  all: '全部',
  none: '没有需要处理的事项。',
  since: '自 {time}',
  'severity.error': '需要处理',
  'severity.warning': '需要留意',
  'severity.info': '知悉',
  'kind.hole': '缺测',
  'kind.conflict': '冲突',
  'kind.silent': '设备',
  'kind.quarantine': '隔离',
  'kind.moved': '数字变动',
  'kind.deadline': '期限',
  'kind.late': '迟到',
  'kind.correction': '更正',
};

export default zh;
