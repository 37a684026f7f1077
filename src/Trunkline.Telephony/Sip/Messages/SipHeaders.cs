namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The header fields of a message, in order. Names compare without case.</summary>
public sealed class SipHeaders
{
    private readonly List<KeyValuePair<string, string>> _fields = new(16);

    /// <summary>Fields as they came or will be written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields => _fields;

    /// <summary>The value of the first field of this name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _fields)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
            return null;
        }
    }

    /// <summary>Appends a field.</summary>
    public void Add(string name, string value) => _fields.Add(new(name, value));

    /// <summary>Replaces the first field of this name in its place, or appends.</summary>
    public void Set(string name, string value)
    {
        var at = _fields.FindIndex(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
            Add(name, value);
        else
            _fields[at] = new(name, value);
    }

    /// <summary>Removes every field of this name.</summary>
    public void Remove(string name) => _fields.RemoveAll(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every value of this name; comma lists are taken apart, so that one line of two is the same as two lines.</summary>
    public IReadOnlyList<string> All(string name)
    {
        List<string>? values = null;
        foreach (var (key, value) in _fields)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            values ??= [];
            if (SipHeaderName.IsList(name) && value.Contains(',', StringComparison.Ordinal))
                SipText.SplitList(value, values);
            else if (value.Length > 0)
                values.Add(value);
        }
        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>The first value of this name, of the first comma list; null when there is none.</summary>
    public string? First(string name)
    {
        if (this[name] is not { } value)
            return null;
        var comma = SipHeaderName.IsList(name) ? SipText.IndexOutside(value, ',') : -1;
        return comma < 0 ? value : value[..comma].Trim();
    }

    /// <summary>True when a comma list of this name has the token.</summary>
    public bool HasToken(string name, string token) => All(name).Any(v => v.Equals(token, StringComparison.OrdinalIgnoreCase));
}
