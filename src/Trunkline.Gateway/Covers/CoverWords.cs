using System.Globalization;

namespace Trunkline.Gateway.Covers;

/// <summary>What a cover page says in the recipient's sight, by language (ISO 639): the labels, and how a date is written.</summary>
internal sealed record CoverWords(
    string Language, IReadOnlyDictionary<string, object> Labels, string Shortened, Func<DateTime, string> Date)
{
    private static readonly string[] Names =
        ["to", "from", "company", "number", "fax", "email", "date", "pages", "subject", "comments", "reference", "urgent", "time", "cover_included"];

    private static readonly string[] English = Months("January February March April May June July August September October November December");
    private static readonly string[] German = Months("Januar Februar März April Mai Juni Juli August September Oktober November Dezember");
    private static readonly string[] French = Months("janvier février mars avril mai juin juillet août septembre octobre novembre décembre");
    private static readonly string[] Spanish = Months("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre");
    private static readonly string[] Portuguese = Months("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro");

    private static readonly Dictionary<string, CoverWords> All = new CoverWords[]
    {
        new("en", Label("To|From|Company|Phone|Fax|E-mail|Date|Pages|Subject|Comments|Reference|Urgent|Time|with this one"),
            "The comments are longer than fits here.", d => Invariant($"{d.Day} {English[d.Month - 1]} {d.Year}")),
        new("de", Label("An|Von|Firma|Telefon|Fax|E-Mail|Datum|Seiten|Betreff|Bemerkungen|Zeichen|Dringend|Uhrzeit|mit dieser"),
            "Die Bemerkungen sind länger, als hier Platz ist.", d => Invariant($"{d.Day}. {German[d.Month - 1]} {d.Year}")),
        new("fr", Label("À|De|Société|Téléphone|Télécopie|E-mail|Date|Pages|Objet|Commentaires|Référence|Urgent|Heure|celle-ci comprise"),
            "Les commentaires sont trop longs pour cette page.", d => Invariant($"{(d.Day == 1 ? "1er" : d.Day)} {French[d.Month - 1]} {d.Year}")),
        new("es", Label("Para|De|Empresa|Teléfono|Fax|Correo|Fecha|Páginas|Asunto|Comentarios|Referencia|Urgente|Hora|incluida esta"),
            "Los comentarios no caben enteros en esta página.", d => Invariant($"{d.Day} de {Spanish[d.Month - 1]} de {d.Year}")),
        new("pt", Label("Para|De|Empresa|Telefone|Fax|E-mail|Data|Páginas|Assunto|Comentários|Referência|Urgente|Hora|incluindo esta"),
            "Os comentários não cabem inteiros nesta página.", d => Invariant($"{d.Day} de {Portuguese[d.Month - 1]} de {d.Year}")),
        new("ja", Label("宛先|差出人|会社名|電話|FAX|メール|日付|枚数|件名|連絡事項|整理番号|至急|時刻|本紙を含む"),
            "連絡事項はこのページに収まりません。", d => Invariant($"{d.Year}年{d.Month}月{d.Day}日")),
    }.ToDictionary(w => w.Language, StringComparer.Ordinal);

    /// <summary>The words of a language, such as <c>de</c> or <c>pt-BR</c>; English for one that is not known.</summary>
    public static CoverWords Of(string language) => All.GetValueOrDefault(language.Split('-', '_')[0].ToLowerInvariant()) ?? All["en"];

    private static Dictionary<string, object> Label(string words) =>
        Names.Zip(words.Split('|')).ToDictionary(p => p.First, p => (object)p.Second, StringComparer.Ordinal);

    private static string[] Months(string words) => words.Split(' ');

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
