const zh = {
  title: '我的会话',
  who: '身份',
  label: '代号',
  scope: '范围',
  whole_city: '全市',
  public_only: '仅公开数据',
  fresh_until: '可执行审批与复核至',
  fresh_over: '已过。审批与复核要在登录后 15 分钟内进行,请用新的登录链接再次登录。',
  ends: '会话最迟结束于',
  features: '可用功能',
  sign_out: '退出',
  sign_out_everywhere: '在所有设备上退出',
  everywhere_what: '「所有设备」会结束以此代号打开的全部会话。',
  nobody: '您没有登录,看到的是已公开的数据。用管理员发给您的一次性登录链接登录。',
};

export type SessionWord = keyof typeof zh;
export default zh;
