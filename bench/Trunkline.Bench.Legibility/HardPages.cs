using System.Globalization;
using System.Text;

namespace Trunkline.Bench.Legibility;

/// <summary>The pages of the bench.</summary>
internal static class HardPages
{
    private const string A4 = "210mm 297mm";

    public static IReadOnlyList<HardPage> All(string photo) =>
    [
        new("letter", A4, $"<body style='font:11pt \"Liberation Serif\",\"Nimbus Roman\",serif'><h2>Springfield Trading Company</h2>{Prose.Paragraphs(9, 3)}"),
        new("contract, 8 point", A4, $"<body style='font:8pt \"Nimbus Roman\",serif;columns:2'><h3>General terms and conditions</h3>{Prose.Paragraphs(26, 3)}"),
        new("coloured text", A4, Coloured()),
        new("white on dark", A4, Dark()),
        new("grey table", A4, Table()),
        new("letter with photo and logo", A4, Photo(photo)),
        new("script", A4, $"<body style='font:17pt \"Z003\"'>{Prose.Paragraphs(7, 3)}"),
        new("receipt", "80mm 250mm", Receipt()),
        new("Russian", A4, Russian(), "rus"),
        new("invoice with watermark", A4, Invoice()),
        new("slide on a gradient", "338mm 190mm", Slide()),
    ];

    private static string Coloured()
    {
        string[] colours = ["#cc0000", "#00802b", "#1a73e8", "#ff7f00", "#808080", "#99ccff", "#b8860b", "#c71585", "#20b2aa"];
        string[] grounds = ["#ffffff", "#fff3cd", "#e3f2fd", "#fce4ec"];
        var text = new StringBuilder("<body style='font:11pt \"DejaVu Sans\",sans-serif'><h2 style='color:#d93025'>Special offers of this week</h2>");
        for (var i = 0; i < colours.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p style='color:{colours[i]};background:{(colours[i] == "#99ccff" ? "#fff" : grounds[i % grounds.Length])};padding:6px'>")
                .Append(Prose.Paragraph(i * 2, 3)).Append("</p>");
        }
        return text.ToString();
    }

    private static string Dark()
    {
        (string Ground, string Text)[] pairs =
            [("#0b2545", "#ffffff"), ("#000000", "#dddddd"), ("#7b1e1e", "#ffe9c9"), ("#2e7d32", "#ffffff"), ("#444444", "#bbbbbb"), ("#1a73e8", "#ffffff"), ("#f57c00", "#ffffff"), ("#9e9e9e", "#ffffff")];
        var text = new StringBuilder("<body style='font:11pt \"DejaVu Sans\",sans-serif;margin:0'>");
        for (var i = 0; i < pairs.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"<div style='background:{pairs[i].Ground};color:{pairs[i].Text};padding:12px 20px'>{Prose.Paragraph(i * 3, 3)}</div>");
        return text.ToString();
    }

    private static string Table()
    {
        var text = new StringBuilder("""
            <style>table{border-collapse:collapse;width:100%;font:9.5pt "DejaVu Sans",sans-serif} td,th{border:1px solid #999;padding:4px 6px}
            th{background:#a6a6a6} tr:nth-child(even){background:#d9d9d9} tr:nth-child(5n){background:#bfbfbf;font-weight:bold}</style>
            <body><table><tr><th>Number<th>Article<th>Remark<th>Quantity<th>Price</tr>
            """);
        for (var i = 1; i <= 34; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{1000 + (i * 37)}<td>{Prose.Goods[i % 16]} {Prose.Goods[(i * 5) % 16]}<td style='color:#555'>delivered from stock<td>{i * 3}<td>{Prose.Amount(i)}</tr>");
        }
        return text.Append("</table>").ToString();
    }

    private static string Photo(string photo) => $$"""
        <body style='font:11pt "Nimbus Sans",sans-serif'>
        <svg width="260" height="70" viewBox="0 0 260 70"><defs><linearGradient id="g"><stop offset="0" stop-color="#0a6"/><stop offset="1" stop-color="#06c"/></linearGradient></defs>
        <circle cx="35" cy="35" r="32" fill="url(#g)"/><path d="M18 44 L35 16 L52 44 Z" fill="#fff"/>
        <text x="78" y="45" font-family="DejaVu Sans" font-size="28" font-weight="bold" fill="#06c">Harbour</text></svg>
        <p>{{Prose.Paragraph(3, 4)}}</p><p><img src="data:image/jpeg;base64,{{photo}}" style="width:120mm;float:right;margin:4mm"></p>
        <p>{{Prose.Paragraph(7, 5)}}</p><p>{{Prose.Paragraph(12, 4)}}</p><p style="clear:both">{{Prose.Paragraph(0, 3)}}</p>
        """;

    private static string Receipt()
    {
        var text = new StringBuilder("""<body style='font:9pt "DejaVu Sans Mono",monospace;color:#4a4a4a'><div style="text-align:center;font-size:12pt">CORNER STORE</div><p>Receipt 48213 Cashier Morgan</p><table style="width:100%">""");
        for (var i = 1; i <= 28; i++)
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{i % 4 + 1} {Prose.Goods[(i * 3) % 16]}<td align=right>{Prose.Amount(i * 11)}</tr>");
        return text.Append("</table><p>Total amount 1482.55</p><p>Thank you for shopping with us. Goods can be returned within fourteen days.</p>").ToString();
    }

    private static string Russian() => """
        <body style='font:10pt "DejaVu Serif",serif'><h2>Договор поставки оборудования</h2>
        <p>Поставщик обязуется передать товар покупателю в течение четырнадцати дней с даты письменного заказа.</p>
        <p>Оплата производится в течение тридцати дней после получения счета без каких либо удержаний.</p>
        <p style='font-size:8pt'>Покупатель немедленно осматривает доставленный товар и сообщает о каждом видимом недостатке в течение трех рабочих дней. Право собственности
        переходит к покупателю только после полной оплаты всей цены. Обе стороны сохраняют в тайне сведения о ценах, методах и клиентах другой стороны.</p>
        <p style='font-size:9pt;color:#336699'>Настоящий договор может быть расторгнут любой из сторон с уведомлением за три месяца до конца квартала. Изменения действительны только в
        письменной форме и после подписания обеими сторонами.</p>
        <p style='background:#d0d0d0'>Гарантия распространяется на материалы и качество работы в течение двадцати четырех месяцев со дня приемки.</p>
        <p style='background:#223344;color:#fff;padding:8px'>Запасные части остаются доступными не менее семи лет после окончания производства модели.</p>
        """;

    private static string Invoice()
    {
        var text = new StringBuilder("""
            <style>.mark::before{content:"DRAFT";position:absolute;left:20mm;top:110mm;font:bold 110pt "DejaVu Sans";color:#e3e3e3;transform:rotate(-32deg)}
            .field{border:1px solid #bbb;background:#f4f4f4;padding:3px} .label{color:#8a8a8a;font-size:7.5pt} td{padding:3px 10px} div,table,p{position:relative}</style>
            <body style='font:10pt "Nimbus Sans",sans-serif'><div class="mark" style="position:static"></div><h2 style="color:#0b5394">Invoice 20117</h2>
            """);
        foreach (var (label, value) in new[] { ("Customer", "Springfield Trading Company"), ("Delivery address", "Evergreen Terrace seven hundred forty two"), ("Terms of payment", "thirty days net"), ("Contact", "Margaret Hopkins, purchasing") })
            text.Append(CultureInfo.InvariantCulture, $"<div class='label'>{label}</div><div class='field'>{value}</div>");
        text.Append("<table>");
        for (var i = 1; i <= 18; i++)
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{i}<td>{Prose.Goods[(i * 7) % 16]} with {Prose.Goods[(i * 3) % 16]}<td>{Prose.Amount(i * 5)}</tr>");
        text.Append(CultureInfo.InvariantCulture, $"</table><p>{Prose.Paragraph(2, 5)}</p>");
        return text.ToString();
    }

    private static string Slide() => $"""
        <body style='margin:0;height:100vh;background:linear-gradient(135deg,#0d2b4e,#3b7dd8);color:#fff;font:20pt "DejaVu Sans",sans-serif'>
        <div style="padding:14mm"><h1 style="font-size:34pt">Results of the third quarter</h1><ul><li>{Prose.Paragraph(2, 1)}</li><li>{Prose.Paragraph(5, 1)}</li>
        <li style="color:#ffd54f">{Prose.Paragraph(9, 1)}</li><li>{Prose.Paragraph(11, 1)}</li></ul></div>
        """;
}
