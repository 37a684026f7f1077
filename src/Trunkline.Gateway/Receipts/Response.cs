namespace Trunkline.Gateway.Receipts;

/// <summary>
/// A row of the response table (Table 6): the words of a receipt in one language. Subject and text are templates of Handlebars; what they may
/// name stands in docs/reference/receipts.md.
/// </summary>
/// <param name="Language">ISO 639: <c>de</c>.</param>
/// <param name="Text">Paragraphs, a blank line between; <c>{{details}}</c> stands alone where the table of messages goes.</param>
public sealed record Response(string Language, ResponseKind Kind, string Subject, string Text);

/// <summary>The response table in the store: what the operator wrote in place of the shipped words.</summary>
public interface IResponseStore
{
    Task<IReadOnlyList<Response>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds or replaces the words of a language and kind.</summary>
    Task SaveAsync(Response response, CancellationToken cancellationToken);

    /// <summary>Takes them away: the shipped ones hold again. False when there were none.</summary>
    Task<bool> RemoveAsync(string language, ResponseKind kind, CancellationToken cancellationToken);
}
