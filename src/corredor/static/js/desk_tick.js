// A worker that counts seconds: browsers slow the clocks of hidden pages, but an operator listens from another tab.
setInterval(() => postMessage("tick"), 1000);
