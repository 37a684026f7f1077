using MimeKit;

namespace Trunkline.Mail.Mime;

/// <summary>A node that becomes a part of the result, and the pictures that its HTML may name.</summary>
internal sealed record SelectedPart(MimeNode Node, bool IsBody)
{
    /// <summary>Siblings in a multipart/related: embedded where the HTML names them, parts of their own where not.</summary>
    public List<MimeNode> Related { get; } = [];

    /// <summary>Pictures with a Content-ID elsewhere in the mail: some programs put what the HTML names beside it, and not around it.</summary>
    public List<MimeNode> Elsewhere { get; } = [];
}

/// <summary>Chooses what a mail program would show, and in which order (RFC 2046, 5.1; RFC 2387; RFC 1847).</summary>
internal sealed class PartSelection
{
    private readonly List<SelectedPart> _bodies = [];
    private readonly List<SelectedPart> _attachments = [];

    private PartSelection()
    {
    }

    /// <summary>The body first, then the attachments in their order.</summary>
    public static IEnumerable<SelectedPart> Of(MimeNode root)
    {
        var selection = new PartSelection();
        selection.Visit(root, null);
        var pictures = selection._attachments.Select(a => a.Node).Where(n => n.IsNamedPicture).ToList();
        foreach (var body in selection._bodies)
            body.Elsewhere.AddRange(pictures);
        return selection._bodies.Concat(selection._attachments);
    }

    private void Visit(MimeNode node, List<MimeNode>? related)
    {
        if (node.Kind != MimeNodeKind.Multipart)
        {
            Add(node, related);
            return;
        }

        switch (node.ContentType.MediaSubtype.ToLowerInvariant())
        {
            case "alternative":
                VisitAlternative(node, related);
                break;
            case "related":
                VisitRelated(node);
                break;
            // The signature proves something to a mail program, and is nothing to see.
            case "signed" when node.Children.Count > 0:
                Visit(node.Children[0], related);
                break;
            default:
                foreach (var child in node.Children)
                    Visit(child, related);
                break;
        }
    }

    // The last that can be shown is the richest (RFC 2046, 5.1.4). A file among the alternatives, as some calendars send, is an attachment.
    private void VisitAlternative(MimeNode node, List<MimeNode>? related)
    {
        MimeNode? best = null;
        var bestRank = 0;
        foreach (var child in node.Children)
        {
            var rank = Rank(child);
            if (rank >= bestRank && rank > 0)
                (best, bestRank) = (child, rank);
        }

        foreach (var child in node.Children)
        {
            if (child == best || (Rank(child) == 0 && (IsAttachment(child) || best is null)))
                Visit(child, related);
        }

        // Some programs put the files of a mail beside its plain text, within the alternative that is not shown. Files on both sides are the same ones.
        if (best is null || Files(best).Any())
            return;
        foreach (var file in node.Children.Where(child => child != best && child.Kind == MimeNodeKind.Multipart && Rank(child) > 0).SelectMany(Files))
            Add(file, null);
    }

    private static IEnumerable<MimeNode> Files(MimeNode node) =>
        node.Kind == MimeNodeKind.Multipart ? node.Children.SelectMany(Files) : node.Kind == MimeNodeKind.Message || IsAttachment(node) ? [node] : [];

    private void VisitRelated(MimeNode node)
    {
        if (node.Children.Count == 0)
            return;
        var start = node.ContentType.Parameters["start"]?.Trim().Trim('<', '>');
        var root = node.Children.Find(child => start is { Length: > 0 } && child.Headers.ContentId == start) ?? node.Children[0];
        var related = node.Children.Where(child => child != root && child.Kind != MimeNodeKind.Multipart).ToList();
        Visit(root, related);
        foreach (var child in node.Children.Where(child => child != root && child.Kind == MimeNodeKind.Multipart))
            Visit(child, null);
    }

    private void Add(MimeNode node, List<MimeNode>? related)
    {
        var isBody = node.Kind == MimeNodeKind.Leaf && (node.IsText("plain") || node.IsText("html")) && !IsAttachment(node);
        var part = new SelectedPart(node, isBody);
        (isBody ? _bodies : _attachments).Add(part);
        if (related is null)
            return;
        part.Related.AddRange(related);
        related.Clear();
    }

    private static int Rank(MimeNode node) => node switch
    {
        { Kind: MimeNodeKind.Multipart } => node.Children.Select(Rank).DefaultIfEmpty(0).Max(),
        _ when IsAttachment(node) => 0,
        _ when node.IsText("html") => 3,
        _ when node.IsText("plain") => 2,
        _ => 0,
    };

    private static bool IsAttachment(MimeNode node) =>
        node.Headers.Disposition is { IsAttachment: true } || PartName.Of(node) is not null;
}
