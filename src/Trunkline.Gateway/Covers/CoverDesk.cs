using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Covers;

/// <summary>Takes in cover pages and logos, and shows them. What is taken in can be printed: it was, with long fields, before it was stored.</summary>
public sealed partial class CoverDesk(ICoverStore store, CoverDirectory directory, CoverPress press, IFaxRenderer pages, CustomerDirectory customers,
    MessageIdSource ids, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Cover pages of one customer: more than a list on a screen shows is not looked after.</summary>
    public const int MaxCovers = 100;

    private const int SamplePages = 3;

    /// <summary>What a preview shows where nothing was given.</summary>
    public static CoverFields Sample { get; } = new()
    {
        ToName = "Maria Example",
        ToCompany = "Example Trading Company",
        Comments = "Please find the documents attached.\nWe look forward to your answer.",
    };

    /// <summary>As long as fields get.</summary>
    private static CoverFields Longest { get; } = new()
    {
        ToName = Repeat("Bartholomew ", CoverFields.MaxFieldLength),
        ToCompany = Repeat("Intercontinental Forwarding and ", CoverFields.MaxFieldLength),
        FromName = Repeat("Wilhelmina ", CoverFields.MaxFieldLength),
        FromCompany = Repeat("United Manufacturers of ", CoverFields.MaxFieldLength),
        Regarding = Repeat("regarding our conversation of yesterday, ", CoverFields.MaxFieldLength),
        Comments = Repeat("The comments are as long as they may be. ", CoverFields.MaxCommentsLength),
        IsUrgent = true,
    };

    /// <summary>Stores a cover page of a customer, or of everybody, in place of one of the same name. Null, or a sentence that says why not.</summary>
    public async Task<string?> AddAsync(long? customerKey, string name, string template, CoverLogo? logo, CancellationToken cancellationToken)
    {
        if (!Names().IsMatch(name) || name is "off" or "none")
            return $"\"{name}\" is no name for a cover page. Use up to 40 small letters, digits and dashes.";
        if (customerKey is null && directory.Find(0, name) is { IsShipped: true })
            return $"The cover page {name} comes with the program. Choose another name.";
        if (customerKey is { } key && directory.Of(key).Count(c => c.CustomerKey == key && c.Name != name) >= MaxCovers)
            return $"There are {MaxCovers} cover pages already. Remove one first.";
        if (CoverTemplate.UnknownField(template) is { } unknown)
            return unknown;
        var cover = new StoredCover(ids.Next().Value, customerKey, name, template, logo);
        var (_, error) = await press.PreviewAsync(cover, OrderOf(customerKey ?? 0, Longest), SamplePages, pages, cancellationToken);
        if (error.Length > 0)
            return error;
        await store.AddAsync(cover, time.GetUtcNow(), cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return null;
    }

    /// <summary>False when the owner has no cover page of this name, or it comes with the program. Messages that name it keep it.</summary>
    public async Task<bool> RemoveAsync(long? customerKey, string name, CancellationToken cancellationToken)
    {
        var removed = await store.RemoveAsync(customerKey, name, time.GetUtcNow(), cancellationToken);
        await directory.ReloadAsync(cancellationToken);
        return removed;
    }

    /// <summary>Shows a cover page that is stored: a PNG, or why there is none.</summary>
    public async Task<(byte[]? Png, string Error)> PreviewAsync(long customerKey, string name, CoverFields fields, CancellationToken cancellationToken) =>
        directory.Find(customerKey, name) is { } known && await store.FindAsync(known.Id, cancellationToken) is { } cover
            ? await press.PreviewAsync(cover, OrderOf(customerKey, fields.Or(Sample)), SamplePages, pages, cancellationToken)
            : (null, $"There is no cover page \"{name}\".");

    /// <summary>Shows a template that is not stored yet.</summary>
    public async Task<(byte[]? Png, string Error)> PreviewTemplateAsync(
        long customerKey, string template, CoverLogo? logo, CoverFields fields, CancellationToken cancellationToken) =>
        CoverTemplate.UnknownField(template) is { } unknown ? (null, unknown) : await press.PreviewAsync(
            new StoredCover(0, customerKey, "preview", template, logo), OrderOf(customerKey, fields.Or(Sample)), SamplePages, pages, cancellationToken);

    private CoverOrder OrderOf(long customerKey, CoverFields fields) => new(
        new MessageId(0), new MessageId(0), 0, customerKey, "+12025550100", customers.Find(customerKey)?.Language ?? "en", "Your order of 3 March",
        customers.Find(customerKey)?.EmailAddress ?? "", Priority.Medium, options.Value.Resolution, time.GetUtcNow(), fields);

    private static string Repeat(string words, int length) => string.Concat(Enumerable.Repeat(words, length / words.Length + 1))[..length];

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex Names();
}
