/** 简体中文提示：什么失败、在哪个对象上、值是什么；以及下一步怎么做。 */
import type {Catalogue} from './language.ts'

export const zh: Catalogue = {
  errors: {
    CW_INTERNAL: [(p) => `内部错误：${p.detail}`, '这是程序缺陷。请加 --debug 再运行一次并报告其输出。'],
    CW_DISK_FULL: [(p) => `磁盘空间不足：${p.path}`, '请释放空间后重新运行同一命令。'],
    CW_IO: [(p) => `无法使用 ${p.path}：${p.detail}`, '请检查路径、权限和磁盘。'],
    CW_PROTOCOL_LOCAL: [
      (p) => `拒绝发送不合规的 ${p.protocol} 报文：${p.detail}`,
      '请检查所给的值；若无误，请报告缺陷。',
    ],
    CW_PROTOCOL_REMOTE: [
      (p) => `对端发送了 ${p.protocol} 不允许的内容：${p.detail}`,
      '请检查地址和端口是否属于该类设备。',
    ],
    CW_USAGE: [(p) => `${p.detail}`, '请用 --help 查看用法。'],
    CW_NO_TARGET: [(p) => `${p.command} 缺少目标`, '请给出地址、使用 --all，或从管道逐行输入地址并写 -。'],
    CW_BAD_ADDRESS: [
      (p) => `${p.value} 不是有效地址（${p.where}）`,
      '写法：主机、主机:端口 或 http://主机:端口/路径；IPv6 用方括号。',
    ],
    CW_BAD_VALUE: [(p) => `${p.field} 不能是 ${p.value}：应为 ${p.expected}`, '请更正后重试。'],
    CW_FILE_NOT_FOUND: [(p) => `文件不存在：${p.path}`, '请检查路径；- 表示标准输入。'],
    CW_FILE_EXISTS: [(p) => `文件已存在：${p.path}`, '请换一个名称，或加 --force 覆盖。'],
    CW_NOT_A_BACKUP: [
      (p) => `${p.path} 不是完好的备份：${p.detail}`,
      '未作任何更改。请使用其他备份；备份由 citywatch platform backup 生成。',
    ],
    CW_NOT_A_TABLE: [(p) => `${p.path} 不是表格：${p.detail}`, '请把工作表导出为带一行表头的 CSV 再试。'],
    CW_TOO_LARGE: [(p) => `${p.path} 过大：超过 ${p.limit} ${p.what}`, '请拆分文件，或确认文件是否正确。'],
    CW_UNKNOWN_ENCODING: [
      (p) => `无法判断 ${p.path} 的编码；可能是 ${p.candidates}`,
      '请用 --encoding 指定，例如 --encoding gb18030。',
    ],
    CW_UNKNOWN_COLUMN: [(p) => `没有名为 ${p.column} 的列；文件中有 ${p.known}`, '请更正 --map 字段=列名。'],
    CW_CONFIRM: [(p) => `${p.action} 需要确认`, '请在终端中运行，或加 --yes。'],
    CW_ROWS_REJECTED: [
      (p) => `${p.rows} 行中有 ${p.rejected} 行被拒绝，未写入任何数据`,
      '请更正上列各行，或加 --best-effort 导入其余行。',
    ],
    CW_CONFIG: [(p) => `无法读取配置 ${p.path}：${p.detail}`, '请修复该文件，或移走后重新开始。'],
    CW_NO_CONTEXT: [
      (p) => `没有名为 ${p.name} 的上下文`,
      '查看：citywatch context list；新增：citywatch context add 名称 URL。',
    ],
    CW_AUTH: [
      (p) => `${p.target} 拒绝了凭据`,
      '请检查用户名以及令牌或口令文件；会话过期请用 citywatch context login 重新登录。',
    ],
    CW_FORBIDDEN: [
      (p) => `不允许${p.what}：${p.detail}`,
      '角色和辖区由平台管理员授予：citywatch platform user list、platform token list。',
    ],
    CW_TOO_MANY_TRIES: [
      (p) => `在 ${p.target} 登录失败次数过多，${p.waitS} 秒后方可再试`,
      '请等待；管理员可用 citywatch platform user unlock 用户名 立即解锁。',
    ],
    CW_CERTIFICATE: [
      (p) => `不接受 ${p.target} 的证书：${p.detail}`,
      '若证书确已更换，请在平台处核对指纹并用 citywatch context add --fingerprint 登记；否则可能有人中间拦截。',
    ],
    CW_NOT_LOOPBACK: [
      (p) => `未启用认证，拒绝在 ${p.host} 上监听`,
      '请添加用户（citywatch platform user add 用户名 --role admin）、给出 --token-file 文件，或监听 127.0.0.1。',
    ],
    CW_DISPATCH_GUARD: [
      (p) => `事件 ${p.code} 可能导致出警，而 ${p.host} 不是本机`,
      '请先将该用户置于测试状态：citywatch panel ontest start 账号；若中心已知情，可加 --i-know。',
    ],
    CW_TIMEOUT: [(p) => `${p.target} 在 ${p.timeoutMs} 毫秒内无应答`, '请检查地址、防火墙和供电，或加大 --timeout。'],
    CW_UNREACHABLE: [(p) => `无法连接 ${p.target}：${p.detail}`, '请检查主机是否在线、端口是否正确。'],
    CW_TOO_MANY_REQUESTS: [
      (p) => `${p.target} 暂不接受更多此类请求，${p.waitS} 秒后再试`,
      '请降低请求频率，或提高 platform serve 的 --max-requests。',
    ],
    CW_NO_PLATFORM: [
      (p) => `${p.url} 没有平台应答：${p.detail}`,
      '请运行 citywatch platform serve，或用 --context、--platform 选择其他平台。',
    ],
    CW_CONFLICT: [(p) => `${p.what}：${p.detail}`, '请查看当前状态后再决定。'],
    CW_PORT_IN_USE: [(p) => `端口已被占用：${p.address}`, '请停止占用的程序，或换一个端口。'],
    CW_LOCKED: [(p) => `${p.what} 正被 ${p.holder} 使用`, '请等待其结束，或停止它。'],
  },
}
