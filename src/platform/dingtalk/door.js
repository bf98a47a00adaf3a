// Asks DingTalk who holds the phone, and sends what it says with the form. Whatever goes wrong, the page says what to do.
"use strict";
const door = document.getElementById("door");
let isOver = false;

function take(told) {
  if (isOver || !told || !told.code) return;
  isOver = true;
  door.elements.code.value = told.code;
  door.submit();
}

function help() {
  if (isOver) return;
  document.getElementById("wait").hidden = true;
  document.getElementById("help").hidden = false;
}

function ask() {
  const { corp: corpId, app: clientId } = door.dataset;
  // Old and new versions of DingTalk call back by other names.
  const asked = dd.requestAuthCode({ corpId, clientId, onSuccess: take, success: take, onFail: help, fail: help });
  if (asked && asked.then) asked.then(take, help);
}

setTimeout(help, 8000);
try {
  dd.ready(ask);
} catch {
  help();
}
