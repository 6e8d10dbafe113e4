//! `impl ToRedisHash`. (The names of the core are aliases there: see `IMPORTS`.)
//!
//! ```text
//! impl ToRedisHash for User {
//!     const RECORD: Record = Record::new("User").versioned();
//!     const NAMES: Names =
//!         Names::new(&["email", "rev"], &[("addr_", &<Address as ToRedisHash>::NAMES)]).versioned();
//!
//!     fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) {
//!         FieldVisitor::field(
//!             visitor,
//!             Field::new("email", b"$5\r\nemail\r\n"),
//!             <Option<String> as ToHashField>::present(&self.email),
//!         );
//!         FieldVisitor::version(
//!             visitor,
//!             Field::new("rev", b"$3\r\nrev\r\n"),
//!             <u64 as VersionField>::hash_version(&self.rev),
//!         );
//!         <Address as ToRedisHash>::visit_hash_fields(
//!             &self.address,
//!             &mut Prefixed::new(visitor, "addr_"),
//!         );
//!     }
//! }
//! ```

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::{bound::bounded, call, ends};
use crate::attr::Absent;
use crate::model::{Field, Record};

const TRAIT: &str = "__RedisHashToRedisHash";
const FIELD: &str = "__RedisHashToHashField";
const ABSENT: &str = "__RedisHashAbsentField";
const JSON: &str = "__RedisHashJsonField";
const DISPLAY: &str = "__RedisHashDisplayField";
const VERSION: &str = "__RedisHashVersionField";

pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let life = life(record);
    let versioned = record.versions().next().map(|_| quote!(.versioned()));
    let generics = bounded(&record.original.generics, record.declared().filter_map(bound));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let names = record.named().flat_map(Field::names).map(|(name, _)| name);
    let flattened = record.flattened().map(|field| {
        let (ty, prefix) = (field.ty, field.prefix());
        let trait_ = Ident::new(TRAIT, ends(&ty.to_token_stream()).0);
        quote!((#prefix, &<#ty as #trait_>::NAMES))
    });
    let fields = record.declared().map(visit);
    let check = check_names(record);
    let foreign = record.attrs.redis_traits.as_ref().map(|_| to_redis_args(record, &generics));
    // At the struct: at the derive, rustc would advise to implement the trait by hand.
    let trait_ = Ident::new(TRAIT, ident.span());

    quote! {
        #[automatically_derived]
        impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
            const RECORD: __redis_hash::Record = __redis_hash::Record::new(#name) #life #versioned;
            const NAMES: __redis_hash::Names =
                __redis_hash::Names::new(&[#(#names),*], &[#(#flattened),*]) #versioned;

            #[inline]
            fn visit_hash_fields(
                &self,
                __redis_hash_visitor: &mut impl __redis_hash::FieldVisitor,
            ) {
                #(#fields)*
            }

            #check
        }
        #foreign
    }
}

/// `#[redis_hash(redis_traits)]`: for commands of the user's own.
pub(crate) fn to_redis_args(record: &Record<'_>, generics: &syn::Generics) -> TokenStream {
    let ident = &record.original.ident;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __redis_hash::redis::ToRedisArgs for #ident #ty_generics #where_clause {
            fn write_redis_args<__RedisHashW>(&self, __redis_hash_out: &mut __RedisHashW)
            where
                __RedisHashW: __redis_hash::redis::RedisWrite + ?__redis_hash::Sized,
            {
                __redis_hash::write_redis_args(self, __redis_hash_out);
            }

            fn num_of_args(&self) -> usize {
                __redis_hash::num_of_args(self)
            }
        }
    }
}

/// What a write does to the life of its key.
fn life(record: &Record<'_>) -> TokenStream {
    let expire = record.attrs.expire.as_ref().map(|expire| {
        let ms = expire.value;
        quote!(.expire_ms(#ms))
    });
    let persist = record.attrs.persist.as_ref().map(|_| quote!(.persist()));
    quote!(#expire #persist)
}

/// The type of which the field needs something, and what.
fn bound(field: &Field<'_>) -> Option<(TokenStream, &'static str)> {
    let attrs = &field.attrs;
    let adapted = || field.adapted().0.to_token_stream();
    if attrs.is_flattened() {
        Some((field.ty.to_token_stream(), TRAIT))
    } else if attrs.json.is_some() {
        Some((adapted(), JSON))
    } else if attrs.display.is_some() {
        Some((adapted(), DISPLAY))
    } else if attrs.with.is_some() {
        None
    } else if attrs.version.is_some() {
        Some((field.ty.to_token_stream(), VERSION))
    } else {
        Some((field.ty.to_token_stream(), plain_bound(field)))
    }
}

/// A policy is for what can be absent.
fn plain_bound(field: &Field<'_>) -> &'static str {
    let has_policy = field.attrs.absent.is_some() && field.attrs.skip_if.is_none();
    if has_policy { ABSENT } else { FIELD }
}

fn visit(field: &Field<'_>) -> TokenStream {
    if field.attrs.is_flattened() {
        let prefix = field.prefix();
        let visitor = if prefix.is_empty() {
            quote!(__redis_hash_visitor)
        } else {
            quote!(&mut __redis_hash::Prefixed::new(__redis_hash_visitor, #prefix))
        };
        let visit = call(field, None, TRAIT, "visit_hash_fields", &visitor);
        return quote!(#visit;);
    }
    let name = &field.name;
    let packed = Literal::byte_string(format!("${}\r\n{name}\r\n", name.len()).as_bytes());
    let new = quote!(__redis_hash::Field::new(#name, #packed));
    if field.attrs.version.is_some() {
        let version = call(field, None, VERSION, "hash_version", &TokenStream::new());
        return quote! {
            __redis_hash::FieldVisitor::version(__redis_hash_visitor, #new, #version);
        };
    }
    let keep = (field.absent == Absent::Keep).then(|| quote!(.keep()));
    let expire = field.attrs.expire.as_ref().map(|expire| {
        let ms = expire.value;
        quote!(.expire_ms(#ms))
    });
    let mut value = value(field);
    let aliases = field.attrs.aliases.iter().map(|alias| {
        let name = alias.value.value();
        let packed = Literal::byte_string(format!("${}\r\n{name}\r\n", name.len()).as_bytes());
        quote! {
            __redis_hash::retire(
                __redis_hash_visitor,
                __redis_hash::Field::new(#name, #packed) #keep,
                __redis_hash_is_present,
            );
        }
    });
    let aliases: TokenStream = aliases.collect();
    if let Some(skip_if) = &field.attrs.skip_if {
        // All of the call at the path: what is wrong with it, is wrong there.
        let path = &skip_if.value;
        let span = ends(&path.to_token_stream()).0;
        let member = shown_at(field.ident, span);
        let skip = quote_spanned!(span=> #path(&self.#member));
        value = quote_spanned!(span=> __redis_hash::unless(#skip, #value));
    }
    if aliases.is_empty() {
        return quote! {
            __redis_hash::FieldVisitor::field(
                __redis_hash_visitor,
                #new #keep #expire,
                #value,
            );
        };
    }
    quote! {
        let __redis_hash_is_present = __redis_hash::visit(
            __redis_hash_visitor,
            #new #keep #expire,
            #value,
        );
        #aliases
    }
}

/// An `Option` of a reference to the value.
fn value(field: &Field<'_>) -> TokenStream {
    let attrs = &field.attrs;
    let (ty, is_option) = field.adapted();
    let (first, last) = ends(&ty.to_token_stream());
    // Called here, and not given away, so that a wrong type is one wrong argument, here.
    let args = |span| quote_spanned!(span=> (__redis_hash_value, __redis_hash_out));
    let call = |bound, method| {
        let (bound, method) = (Ident::new(bound, first), Ident::new(method, last));
        let args = args(last);
        quote_spanned!(first=> <#ty as #bound>::#method #args)
    };
    let write = if attrs.json.is_some() {
        call(JSON, "write_json")
    } else if attrs.display.is_some() {
        call(DISPLAY, "write_display")
    } else if let Some(with) = &attrs.with {
        let module = &with.value;
        let span = ends(&module.to_token_stream()).0;
        let args = args(span);
        quote_spanned!(span=> #module::to_hash_value #args)
    } else {
        return super::call(field, None, plain_bound(field), "present", &TokenStream::new());
    };
    let write = quote!(|__redis_hash_value, __redis_hash_out| #write);
    // All of it at the type, so that rustc says once what it finds wrong more than once.
    let member = shown_at(field.ident, first);
    let value = if is_option {
        quote_spanned!(first=> __redis_hash::Option::as_ref(&self.#member))
    } else {
        quote_spanned!(first=> __redis_hash::Option::Some(&self.#member))
    };
    quote_spanned!(first=> __redis_hash::Option::as_ref(&__redis_hash::adapt(#value, #write)))
}

/// The same identifier, shown at another place.
fn shown_at(ident: &Ident, span: Span) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(span.resolved_at(ident.span()));
    ident
}

/// Names of different records meet only where one is flattened into another. What is known when
/// the program is compiled is checked then; a map's names, at each write.
fn check_names(record: &Record<'_>) -> Option<TokenStream> {
    record.flattened().next()?;
    Some(quote! {
        fn check_hash_names(&self) -> __redis_hash::Result<(), __redis_hash::BadField> {
            const { __redis_hash::Names::assert_flattened(&Self::NAMES) }
            __redis_hash::check_flattened(self)
        }
    })
}

/// The check of a struct without type parameters, which need not wait until somebody writes it:
/// for each flattened record by itself, so that the caret is at the one that is wrong.
pub(super) fn assert_flattened(record: &Record<'_>) -> TokenStream {
    assert_names(record, TRAIT, "NAMES")
}

/// The names are the constant `names` of the trait.
pub(super) fn assert_names(record: &Record<'_>, trait_: &str, names: &str) -> TokenStream {
    let generics = &record.original.generics;
    if generics.type_params().next().is_some() || generics.const_params().next().is_some() {
        return TokenStream::new();
    }
    let ident = &record.original.ident;
    let lifetimes: Vec<_> = generics.lifetimes().map(|_| quote!('static)).collect();
    let trait_ = Ident::new(trait_, ident.span());
    let asserts = record.flattened().enumerate().map(|(i, field)| {
        let span = ends(&field.ty.to_token_stream()).0;
        let names = Ident::new(names, span);
        let names = quote_spanned!(span=> <#ident <#(#lifetimes),*> as #trait_>::#names);
        let assert = quote_spanned!(span=> __redis_hash::Names::assert_nth_flattened(&#names, #i));
        quote!(const _: () = #assert;)
    });
    asserts.collect()
}
