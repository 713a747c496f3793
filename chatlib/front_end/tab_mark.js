// The mark on the browser's tab while something in it is unread.

const MARK = "● ";

const bare = () => (document.title.startsWith(MARK) ? document.title.slice(MARK.length) : document.title);

/**
 * Say whether a panel has something unread. Other panels of the page may have, too.
 *
 * @param {HTMLElement} panel
 * @param {boolean} isUnread
 */
export function markTab(panel, isUnread) {
  panel.toggleAttribute("data-unread", isUnread);
  entitle(bare());
}

/**
 * Give the page another title, which keeps the mark.
 *
 * @param {string} title
 */
export function entitle(title) {
  const marked = document.querySelector(".chatlib-chat[data-unread]") ? MARK + title : title;
  if (document.title !== marked) document.title = marked;
}
