// What the chat panel says to people.

import { bdi } from "./dom.js";
import { words } from "./words.js";

/**
 * @typedef {{ [code: string | number]: string | undefined }} Codes
 * @typedef {{ user: string, old: string | null }} Rename
 * @typedef {(string | HTMLElement)[]} Words with names in them, each of which keeps its own direction
 */

/** How many names are told; of more, the first two stand for all. */
export const LISTED = 3;

/**
 * Put something between the parts.
 *
 * @param {Words} parts
 * @param {string} comma
 * @param {string} last
 * @returns {Words}
 */
const joined = (parts, comma, last) =>
  parts.flatMap((part, n) => (n ? [n < parts.length - 1 ? comma : last, part] : [part]));

/**
 * Name the first ones, and say how many there are beside them.
 *
 * @param {string[]} users
 * @param {string} comma
 * @param {string} and
 * @param {(others: number, all: number) => string} others
 * @param {number} most names that are all told
 * @returns {Words}
 */
function listed(users, comma, and, others, most) {
  if (users.length <= most) return joined(users.map(bdi), comma, and);
  return [...joined(users.slice(0, 2).map(bdi), comma, comma), others(users.length - 2, users.length)];
}

/**
 * A sentence of the server, with the name in it kept apart.
 *
 * @param {string} sentence
 * @param {string} name
 * @returns {Words}
 */
function around(sentence, name) {
  const at = sentence.indexOf(name);
  return name && at >= 0 ? [sentence.slice(0, at), bdi(name), sentence.slice(at + name.length)] : [sentence];
}

/** @param {string[]} users */
const inEnglish = (users, most = LISTED) => listed(users, ", ", " and ", n => ` and ${n} others`, most);

/** @param {string[]} users */
const inChinese = (users, most = LISTED) => listed(users, "、", "和", (_, n) => `等 ${n} 人`, most);

export const say = words({
  en: {
    /**
     * @param {string} name
     * @returns {Words}
     */
    room: name => ["Chat room ", bdi(name)],
    messages: "Messages",
    message: "Message",
    send: "Send",
    people: "People",
    peopleBefore: "Who was here",
    find: "Find somebody",
    you: "you",
    hint: "Enter sends, Shift+Enter is a new line, / has commands",
    tools: "What can be done with this message",
    copy: "Copy code",
    copied: "Copied",
    close: "Close",
    xRay: "X-ray",
    /** @param {string} user */
    xRayOf: user => `X-ray of this message of ${user}`,
    noMessage: "There is no message yet.",
    /**
     * @param {string[]} users
     * @param {number} most
     * @returns {Words}
     */
    came: (users, most) => [...inEnglish(users, most), " entered"],
    /**
     * @param {string[]} users
     * @param {number} most
     * @returns {Words}
     */
    went: (users, most) => [...inEnglish(users, most), " left"],
    /**
     * One alone: the server says why.
     *
     * @param {{ user: string, msg: string }} notice
     * @returns {Words}
     */
    leaves: ({ user, msg }) => (msg ? around(msg, user) : [bdi(user), " left"]),
    /**
     * @param {Rename} rename
     * @returns {Words}
     */
    renamed: ({ user, old }) => [bdi(old ?? ""), " is now ", bdi(user)],
    /** @param {number} n */
    renames: n => (n === 1 ? "1 other has a new name" : `${n} others have new names`),
    /**
     * @param {string[]} users
     * @returns {Words}
     */
    typing: users =>
      users.length > 2
        ? ["Several people are typing…"]
        : [...inEnglish(users), users.length > 1 ? " are typing…" : " is typing…"],
    /** @param {number | null} n */
    gap: n => {
      if (n === null) return "Earlier messages are no longer kept.";
      return n === 1 ? "1 message is no longer kept." : `${n} messages are no longer kept.`;
    },
    /** @param {number} n */
    earlier: n => (n === 1 ? "1 earlier message is not shown." : `${n} earlier messages are not shown.`),
    /** @param {number} n */
    dropped: n => (n === 1 ? "1 older entry is no longer shown." : `${n} older entries are no longer shown.`),
    /** @param {number} n */
    unseen: n => `${n} new`,
    fresh: "New",
    empty: "Nobody has said anything yet. Write the first message below.",
    /**
     * @param {string} room
     * @returns {Words}
     */
    alone: room => [
      "You are the only one here. Open the other notebook, or run a panel for room ",
      bdi(room),
      " in a second one.",
    ],
    aloneOnPage: "You are the only one here. Open this page in another window, or send somebody its address.",
    sending: "sending…",
    failed: "not delivered",
    retry: "Try again",
    edit: "Edit",
    discard: "Discard",
    all: "Show all",
    less: "Show less",
    /** @param {number} n */
    retryIn: n => `Next attempt in ${n} s.`,
    trying: "Trying again…",
    tryNow: "Try now",
    details: "Details",
    /** @param {number} n */
    attempt: n => `Attempt ${n} comes next.`,
    busy: "The kernel is busy. It has not taken your message yet: only this page has it.",
    waiting: "Waiting for the kernel…",
    gone: "The kernel of this panel is gone. Run its cell again.",
    /** @param {number} n */
    slow: n => `Slow down: ${n} s.`,
    /** @param {number} n */
    left: n => (n === 1 ? "1 byte left" : `${n} bytes left`),
    /** @param {number} n */
    over: n => (n === 1 ? "1 byte too long" : `${n} bytes too long`),
    nick: "/nick and the name you want",
    commands: "Commands",
    nickHelp: "change your name",
    bytesHelp: "the last message: its way and its bytes",
    helpHelp: "what can be done here",
    /** @param {string} command */
    unknown: command => `There is no command ${command}. Type / to see them, or /${command} to say it.`,
    help: [
      "Enter sends, Shift+Enter is a new line.",
      "`code` between backticks, ```several lines``` between three.",
      "From the transcript, the arrow keys go from message to message, Enter to what can be done with one.",
    ],
    codes: /** @type {Codes} */ ({
      empty: "it is blank",
      "too-long": "it is too long",
      "rate-limited": "too many at once",
      "bad-message": "half a character is in it",
      "id-taken": "another message has its id",
      closed: "the panel was closed",
    }),
    closed: /** @type {Codes} */ ({
      1000: "closed normally",
      1001: "the server went away",
      1002: "protocol error",
      1005: "closed without a code",
      1006: "the connection broke",
      1007: "invalid text",
      1008: "against the server's rules",
      1009: "message too big",
      1011: "the server failed",
      1012: "the server restarts",
      1013: "try again later",
    }),
    refusals: /** @type {Codes} */ ({}), // the server's own words say it
    farewells: /** @type {Codes} */ ({}),
  },
  zh: {
    room: name => ["聊天室 ", bdi(name)],
    messages: "消息",
    message: "消息",
    send: "发送",
    people: "成员",
    peopleBefore: "断开前的成员",
    find: "查找成员",
    you: "你",
    hint: "Enter 发送，Shift+Enter 换行，输入 / 查看命令",
    tools: "对这条消息的操作",
    copy: "复制代码",
    copied: "已复制",
    xRay: "透视",
    xRayOf: user => `透视 ${user} 的这条消息`,
    close: "关闭",
    noMessage: "还没有消息。",
    came: (users, most) => [...inChinese(users, most), " 进入了聊天室"],
    went: (users, most) => [...inChinese(users, most), " 离开了聊天室"],
    leaves: ({ user }) => [bdi(user), " 离开了聊天室"],
    renamed: ({ user, old }) => [bdi(old ?? ""), " 改名为 ", bdi(user)],
    renames: n => `另有 ${n} 人改名`,
    typing: users => (users.length > 2 ? ["好几个人正在输入…"] : [...inChinese(users), " 正在输入…"]),
    gap: n => (n === null ? "更早的消息已不再保留。" : `有 ${n} 条消息已不再保留。`),
    earlier: n => `更早的 ${n} 条消息没有显示。`,
    dropped: n => `更早的 ${n} 条不再显示。`,
    unseen: n => `${n} 条新消息`,
    fresh: "新消息",
    empty: "还没有人说话。在下面写第一条消息吧。",
    alone: room => ["这里只有你。打开另一个笔记本，或在第二个笔记本里为聊天室 ", bdi(room), " 运行一个面板。"],
    aloneOnPage: "这里只有你。在另一个窗口打开这个页面，或把它的地址发给别人。",
    sending: "发送中…",
    failed: "未送达",
    retry: "重试",
    edit: "编辑",
    discard: "放弃",
    all: "显示全部",
    less: "收起",
    retryIn: n => `${n} 秒后重试。`,
    trying: "正在重试…",
    tryNow: "立即重试",
    details: "详情",
    attempt: n => `接下来是第 ${n} 次尝试。`,
    busy: "内核正忙，还没有收下你的消息：它只在这个页面里。",
    waiting: "正在等待内核…",
    gone: "这个面板的内核已不在。请重新运行它的单元格。",
    slow: n => `慢一点：${n} 秒。`,
    left: n => `还可输入 ${n} 字节`,
    over: n => `超出 ${n} 字节`,
    nick: "/nick 后面写上你想要的名字",
    commands: "命令",
    nickHelp: "改名",
    bytesHelp: "最后一条消息：它的路程和字节",
    helpHelp: "这里能做什么",
    unknown: command => `没有命令 ${command}。输入 / 查看命令；要原样发送，请输入 /${command}。`,
    help: [
      "Enter 发送，Shift+Enter 换行。",
      "反引号之间是 `代码`，三个反引号之间是 ```多行代码```。",
      "在消息区，方向键逐条移动，Enter 进入对该消息的操作。",
    ],
    codes: {
      empty: "内容为空",
      "too-long": "太长",
      "rate-limited": "发得太快",
      "bad-message": "里面有半个字符",
      "id-taken": "它的编号已被另一条消息占用",
      closed: "面板已关闭",
    },
    closed: {
      1000: "正常关闭",
      1001: "服务器离开",
      1002: "协议错误",
      1005: "没有关闭码",
      1006: "连接中断",
      1007: "文本无效",
      1008: "违反服务器的规则",
      1009: "消息太大",
      1011: "服务器出错",
      1012: "服务器重启",
      1013: "请稍后再试",
    },
    refusals: {
      empty: "消息里至少要有一个看得见的字符。",
      "too-long": "消息或名字太长。",
      "text-only": "聊天室只接受文本消息。",
      "id-taken": "这个编号已被另一条消息占用。",
      "bad-message": "服务器不认识这样的消息。",
    },
    farewells: {
      "seat-taken": "你的一个更新的连接占用了这个座位。",
      "slow-reader": "这里没有及时读取发来的消息。",
      idle: "没有应答 ping。",
      "rate-limited": "发得太快。",
      "connect again": "请重新连接，什么也不会丢失。",
    },
  },
});
