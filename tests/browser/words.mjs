// What a visitor looks for on the demo, in the two languages in which the journeys are made.

export const WORDS = {
  en: {
    prefix: "",
    dir: "ltr",
    statements: "Statements by members and partners",
    education: "Education",
    statement: "Statement",
    french: "French",
    calendar: "Calendar",
    preSession: "Pre-session",
    nextPreSession: "27 September to 1 October 2021",
    also: "Also published by",
    who: "Who published it",
    skip: "Skip to the content",
    search: "Search",
  },
  ar: {
    prefix: "/ar",
    dir: "rtl",
    statements: "بيانات الأعضاء والشركاء",
    education: "التعليم",
    statement: "بيان",
    french: "الفرنسية",
    calendar: "التقويم",
    preSession: "ما قبل الدورة",
    nextPreSession: "من 27 أيلول/سبتمبر إلى 1 تشرين الأول/أكتوبر 2021",
    also: "نشرها أيضًا",
    who: "من نشرها",
    skip: "انتقل إلى المحتوى",
    search: "بحث",
  },
};
