const zh = {
  take: '下载回执',
  what: '回执（tlog-proof）：条目原文、路径与签名检查点。请自行保存，不靠本平台也能核验。',
};

export default zh;
