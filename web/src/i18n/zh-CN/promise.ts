const zh = {
  title: '承诺与实测',
  lead: '承诺按 99 % 计；逐分钟由存下的收到、确认、签名时刻算得，分位数为上界，最慢为实数。',
  what: '承诺',
  span: '时段',
  count: '件数',
  worst: '最慢',
  late: '超时',
  result: '结果',
  acknowledged: '收到后 {seconds} 秒内确认',
  signed: '收到后 {seconds} 秒内进入签名检查点',
  days_1: '最近 24 小时',
  days_7: '最近 7 天',
  kept: '守住',
  broken: '未守住',
  no_data: '尚无数据',
  nothing_waits: '所有条目都已在签名检查点之内。',
  waits: '最早的一条待签名已等 {seconds} 秒。',
  waits_late: '承诺正被违反：最早的一条待签名已等 {seconds} 秒。请查看签名服务与后台服务。',
};

export default zh;
