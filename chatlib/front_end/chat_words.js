// What the chat panel says to people.

import { words } from "./words.js";

/**
 * @typedef {{ user: string, old: string | null, msg: string }} Change somebody came, went, or has another name
 * @typedef {{ [code: string | number]: string | undefined }} Codes
 */

export const say = words({
  en: {
    /** @param {string} name */
    room: name => `Chat room ${name}`,
    messages: "Messages",
    message: "Message",
    send: "Send",
    people: "People",
    you: "you",
    hint: "Enter sends, Shift+Enter is a new line, /nick changes your name",
    hintBytes: ", /bytes shows the last message as it was on the wire",
    bytes: "Bytes",
    /** @param {string} user */
    bytesOf: user => `Show the bytes of this message of ${user}`,
    sent: "sent",
    received: "received",
    noBytes: "Only the last 200 frames are kept: the bytes of this message are gone.",
    hiddenBytes: "A browser shows a page no frames; a panel in a notebook has them.",
    /** @param {Change} change */
    enter: ({ user }) => `${user} entered`,
    /** @param {Change} change */
    leave: ({ user, msg }) => msg || `${user} left`,
    /** @param {Change} change */
    rename: ({ user, old }) => `${old} is now ${user}`,
    /** @param {string[]} users */
    typing: users => `${users.join(", ")} typing…`,
    /** @param {number | null} n */
    gap: n => (n === null ? "Earlier messages are no longer kept." : `${n} messages are no longer kept.`),
    /** @param {number} n */
    dropped: n => `${n} older entries are no longer shown.`,
    /** @param {number} n */
    fresh: n => `${n} new`,
    sending: "sending…",
    failed: "not delivered",
    retry: "Try again",
    all: "Show all",
    /** @param {number} n */
    retryIn: n => `Next attempt in ${n} s.`,
    busy: "The kernel is busy. It has not taken your message yet: only this page has it.",
    waiting: "Waiting for the kernel…",
    gone: "The kernel of this panel is gone. Run its cell again.",
    /** @param {number} n */
    slow: n => `Slow down: ${n} s.`,
    /** @param {number} n */
    left: n => `${n} bytes left`,
    /** @param {number} n */
    over: n => `${n} bytes too long`,
    nick: "/nick and the name you want",
    codes: /** @type {Codes} */ ({
      empty: "it is blank",
      "too-long": "it is too long",
      "rate-limited": "too many at once",
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
  },
  zh: {
    room: name => `聊天室 ${name}`,
    messages: "消息",
    message: "消息",
    send: "发送",
    people: "成员",
    you: "你",
    hint: "Enter 发送，Shift+Enter 换行，/nick 改名",
    hintBytes: "，/bytes 显示最后一条消息在线路上的字节",
    bytes: "字节",
    bytesOf: user => `显示 ${user} 这条消息的字节`,
    sent: "发出",
    received: "收到",
    noBytes: "只保留最近 200 帧：这条消息的字节已不在了。",
    hiddenBytes: "浏览器不向网页显示帧；笔记本里的面板可以。",
    enter: ({ user }) => `${user} 进入了聊天室`,
    leave: ({ user }) => `${user} 离开了聊天室`,
    rename: ({ user, old }) => `${old} 改名为 ${user}`,
    typing: users => `${users.join("、")} 正在输入…`,
    gap: n => (n === null ? "更早的消息已不再保留。" : `有 ${n} 条消息已不再保留。`),
    dropped: n => `更早的 ${n} 条不再显示。`,
    fresh: n => `${n} 条新消息`,
    sending: "发送中…",
    failed: "未送达",
    retry: "重试",
    all: "显示全部",
    retryIn: n => `${n} 秒后重试。`,
    busy: "内核正忙，还没有收下你的消息：它只在这个页面里。",
    waiting: "正在等待内核…",
    gone: "这个面板的内核已不在。请重新运行它的单元格。",
    slow: n => `慢一点：${n} 秒。`,
    left: n => `还可输入 ${n} 字节`,
    over: n => `超出 ${n} 字节`,
    nick: "/nick 后面写上你想要的名字",
    codes: { empty: "内容为空", "too-long": "太长", "rate-limited": "发得太快", closed: "面板已关闭" },
    closed: {
      1000: "正常关闭",
      1001: "服务器离开",
      1002: "协议错误",
      1005: "没有关闭代码",
      1006: "连接中断",
      1007: "文本无效",
      1008: "违反服务器的规则",
      1009: "消息太大",
      1011: "服务器出错",
      1012: "服务器重启",
      1013: "请稍后再试",
    },
  },
});
