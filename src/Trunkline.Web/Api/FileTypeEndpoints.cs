using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Intake;

namespace Trunkline.Web.Api;

/// <summary>A row of the File Type table.</summary>
/// <param name="Mime">Small letters.</param>
/// <param name="Extension">Without a dot; left out where only the MIME type tells.</param>
/// <param name="Type">What it becomes where the address does not say; left out for what is left out of mails without a word.</param>
/// <param name="Signature">How its content begins; left out, it is not looked at.</param>
/// <param name="IsText">A text goes along with whatever else is in the mail.</param>
/// <param name="KnownAs">The MIME type of which it is another word.</param>
/// <param name="Refusal">Why mail with it is refused, in words that follow its name; left out for what can be delivered.</param>
public sealed record FileTypeView(string Mime, string? Extension = null, MessageType? Type = null, string? Signature = null, bool IsText = false, string? KnownAs = null,
    string? Refusal = null);

/// <summary><c>/v1/file-types</c>: the File Type table (Table 2). The operator's.</summary>
public static class FileTypeEndpoints
{
    public static void MapFileTypeEndpoints(this RouteGroupBuilder api)
    {
        var types = api.MapGroup("").WithTags("file types");
        types.MapGet("/file-types", (FileTypeDesk desk) => Results.Ok(new Page<FileTypeView>([.. desk.All.Select(View)], null)))
            .Produces<Page<FileTypeView>>().WithName("listFileTypes").WithSummary("What attachments may be, and what they become.");
        types.MapPost("/file-types", async (FileTypeView row, FileTypeDesk desk, CancellationToken token) =>
                await desk.AddAsync(new FileTypeRow(row.Extension ?? "", row.Mime, row.Type, row.Signature ?? "") { ResourceType = row.Type, IsText = row.IsText, KnownAs = row.KnownAs, Refusal = row.Refusal },
                    token) is var (field, reason)
                    ? ApiProblem.Refused(field, reason)
                    : Results.Json(row, ApiJson.Options, statusCode: StatusCodes.Status201Created))
            .Produces<FileTypeView>(StatusCodes.Status201Created).WithName("addFileType").WithSummary("One more type, known from the next mail on.");
        types.MapDelete("/file-types", async (string mime, string? extension, FileTypeDesk desk, CancellationToken token) =>
                await desk.RemoveAsync(mime, extension ?? "", token) ? Results.NoContent() : ApiProblem.NotFound("file type of this MIME type and ending"))
            .Produces(StatusCodes.Status204NoContent).WithName("removeFileType").WithSummary("Mail with such a file is refused from now on.");
    }

    private static FileTypeView View(FileTypeRow row) => new(row.MimeType, row.Extension.Length == 0 ? null : row.Extension, row.MessageType,
        row.Signature.Length == 0 ? null : row.Signature, row.IsText, row.KnownAs, row.Refusal);
}
